import { Badge, Box, Checkbox, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import { useViewer } from '../app/viewer'
import { ConnectionWarnings, TokenEnd, accountOf } from '../connect/Connection'
import type { HealthRowFragment } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Icon } from '../ui/Icon'
import { Status } from '../ui/Status'
import { useWords } from '../words'

interface Props {
  title: string
  text: string
  page: { totalCount: number; nodes: HealthRowFragment[] }
  selected: Set<string>
  onSelect: (ids: string[], on: boolean) => void
  reasons?: boolean // say why each is here
  children?: ReactNode
}

/** Credentials that have one thing in common, and what that means. */
export function Section({ title, text, page: { totalCount, nodes }, selected, onSelect, reasons = false, children }: Props) {
  const { health: words } = useWords()
  const { mayChange } = useViewer()
  const id = useId()
  const chosen = nodes.filter((credential) => selected.has(credential.id)).length
  if (totalCount === 0) return null
  return (
    <Box component="section" className="paper" p={{ base: 'md', sm: 'lg' }} aria-labelledby={id}>
      <Group gap="xs" mb={4}>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Badge variant="light" color="gray" circle={totalCount < 10} c="inherit">
          {totalCount}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" mb="sm" maw={720}>
        {text} {totalCount > nodes.length && words.first(nodes.length)}
      </Text>
      {children}
      {mayChange && (
        <Checkbox
          label={words.selectAll(nodes.length)}
          size="sm"
          my="xs"
          checked={chosen === nodes.length}
          indeterminate={chosen > 0 && chosen < nodes.length}
          onChange={(event) => onSelect(nodes.map((credential) => credential.id), event.currentTarget.checked)}
        />
      )}
      <ul className="rows">
        {nodes.map((credential) => (
          <li key={credential.id}>
            <Row credential={credential} reasons={reasons} selected={selected.has(credential.id)} onSelect={(on) => onSelect([credential.id], on)} />
          </li>
        ))}
      </ul>
    </Box>
  )
}

interface RowProps {
  credential: HealthRowFragment
  reasons: boolean
  selected: boolean
  onSelect: (on: boolean) => void
}

function Row({ credential, reasons, selected, onSelect }: RowProps) {
  const words = useWords()
  const { mayChange, workspace } = useViewer()
  const { component, lastVerification: last } = credential
  const account = accountOf(credential.connection)
  return (
    <div className={mayChange ? 'health-row' : 'health-row plain'}>
      {mayChange && (
        <Checkbox aria-label={words.health.select(credential.name)} checked={selected} onChange={(event) => onSelect(event.currentTarget.checked)} />
      )}
      <Icon url={component.iconUrl} size={36} />
      <Box miw={0}>
        <Link
          className="name"
          to="/w/$workspaceId/credentials/$componentKey/$credentialId"
          params={{ workspaceId: workspace.id, componentKey: component.key, credentialId: credential.id }}
        >
          {credential.name}
        </Link>
        <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
          {component.title}
          {' · '}
          {last ? (
            <>
              {words.component.lastChecked} <Ago at={last.checkedAt} />
            </>
          ) : (
            words.component.neverChecked
          )}
          {' · '}
          {credential.lastUsedAt ? (
            <>
              {words.component.lastUsed} <Ago at={credential.lastUsedAt} />
            </>
          ) : (
            words.component.neverUsed
          )}
          {account !== null && ` · ${words.connect.connectedTo(account)}`}
          {credential.expiresAt && (
            <>
              {' · '}
              {words.component.expires} <Ago at={credential.expiresAt} />
            </>
          )}
          {!credential.expiresAt && credential.accessTokenExpiresAt && credential.connection?.renewable === false && (
            <>
              {' · '}
              {words.connect.accessToken} <TokenEnd credential={credential} />
            </>
          )}
        </Text>
        <ConnectionWarnings credential={credential} />
        {reasons && last && last.outcome !== 'ACCEPTED' && <Text size="sm">{words.verdict(last)}</Text>}
      </Box>
      <div className="standing">
        <Status status={credential.status} />
      </div>
    </div>
  )
}
