import { Alert, Anchor, Badge, Box, Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconExternalLink, IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useAsk } from '../api/hooks'
import type { ComponentQuery, CredentialRowFragment } from '../gen/graphql'
import { useViewer } from '../app/viewer'
import { Connection, ConnectionWarnings } from '../connect/Connection'
import { ReconnectButton, Reconnecting, useReconnect } from '../connect/Reconnect'
import { Ago } from '../ui/Ago'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { More } from '../ui/More'
import { Page, focusHeading } from '../ui/Page'
import { Status } from '../ui/Status'
import { useWords } from '../words'
import { CredentialForm, type Saved } from './CredentialForm'
import { DeleteDialog } from './DeleteDialog'
import { ComponentDocument } from './operations'
import { OwnComponent } from './OwnComponent'
import { tellSaved } from './tellSaved'
import { VerifyAll } from './VerifyAll'
import { useVerification } from './useVerification'

const here = '/w/$workspaceId/credentials/$componentKey'

type Component = NonNullable<ComponentQuery['component']>

/** A component's credentials: see them, add, edit, verify and delete them. */
export default function ComponentPage() {
  const words = useWords()
  const { workspaceId, componentKey } = useParams({ from: here })
  const { data, failed, loading, again } = useAsk(ComponentDocument, { key: componentKey, after: null })
  const back = (
    <Link className="crumb" to="/w/$workspaceId/credentials" params={{ workspaceId }}>
      {words.shell.settings} → {words.shell.credentials}
    </Link>
  )
  if (!data) {
    return (
      <Page title={words.shell.credentials} above={back}>
        {failed && <Failure message={failed} again={again} />}
        {loading && <Waiting />}
      </Page>
    )
  }
  if (!data.component) {
    return (
      <Page title={words.shell.credentials} above={back}>
        <Empty title={words.component.notFound} action={<Button renderRoot={(props) => <Link to="/w/$workspaceId/credentials" params={{ workspaceId }} {...props} />}>{words.catalog.reset}</Button>} />
      </Page>
    )
  }
  return <Credentials component={data.component} back={back} />
}

function Credentials({ component, back }: { component: Component; back: React.ReactNode }) {
  const words = useWords()
  const { workspaceId } = useParams({ from: here })
  const { mayChange } = useViewer()
  const adding = useSearch({ from: here }).add === true && mayChange && !component.retired
  const navigate = useNavigate()
  const setAdding = (add: boolean) =>
    void navigate({ to: here, params: { workspaceId, componentKey: component.key }, search: add ? { add } : {}, replace: !add })
  const count = component.credentialCount
  const verification = useVerification(component.id)
  const [selected, select] = useState<string[]>([])
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {words.component.add}
    </Button>
  )
  function close() {
    setAdding(false)
    focusHeading()
  }
  function saved(credential: Saved) {
    close()
    tellSaved(credential, words)
  }
  return (
    <Page
      title={component.title}
      above={back}
      icon={<Icon url={component.iconUrl} size={52} />}
      text={
        <>
          {words.component.linked(count, component.title)}
          {component.docsUrl && (
            <Anchor href={component.docsUrl} target="_blank" rel="noreferrer" ml="sm" size="sm">
              {words.component.docs} <IconExternalLink size={13} aria-hidden="true" />
            </Anchor>
          )}
          {component.custom && <OwnComponent component={component} />}
        </>
      }
      action={mayChange && component.requiresCredential && !component.retired && !adding && count > 0 && add}
    >
      {!mayChange && (
        <Alert color="gray" mb="md">
          {words.component.readOnly}
        </Alert>
      )}
      {!component.requiresCredential ? (
        <Empty
          icon={<IconPlugConnected size={40} stroke={1.25} />}
          title={words.component.noneNeeded(component.title)}
          text={words.component.noneNeededText}
          action={<Button renderRoot={(props) => <Link to="/w/$workspaceId/flows" params={{ workspaceId }} {...props} />}>{words.component.toFlows}</Button>}
        />
      ) : (
        <Stack gap="md">
          {adding && (
            <Box className="paper" p="lg" component="section" aria-label={words.component.add}>
              <CredentialForm component={component} onSaved={saved} onCancel={close} />
            </Box>
          )}
          {count === 0 && !adding && (
            <Empty
              icon={<Icon url={component.iconUrl} size={52} />}
              title={words.component.empty(component.title)}
              text={words.component.emptyText}
              action={mayChange && !component.retired && add}
            />
          )}
          {count > 1 && mayChange && (
            <VerifyAll
              verification={verification}
              label={selected.length > 0 ? words.verifyAll.selected(selected.length) : words.verifyAll.start(count)}
              input={component.authMethods.some(({ verifiable }) => verifiable) ? (selected.length > 0 ? { ids: selected } : { componentId: component.id }) : undefined}
            />
          )}
          <Rows component={component} page={component.credentials} selected={selected} onSelect={count > 1 && mayChange ? select : undefined} />
        </Stack>
      )}
    </Page>
  )
}

interface Selection {
  selected: string[]
  onSelect: ((change: (before: string[]) => string[]) => void) | undefined // undefined: there is nothing to select for
}

function Rows({ component, page, ...selection }: Selection & { component: Component; page: Component['credentials'] }) {
  return (
    <>
      {page.nodes.map((credential) => (
        <Row key={credential.id} component={component} credential={credential} {...selection} />
      ))}
      <More info={page.pageInfo}>{(after) => <Next component={component} after={after} {...selection} />}</More>
    </>
  )
}

function Next({ component, after, ...selection }: Selection & { component: Component; after: string | null }) {
  const { data, failed, again } = useAsk(ComponentDocument, { key: component.key, after })
  if (!data?.component) return failed ? <Failure message={failed} again={again} /> : <Waiting />
  return <Rows component={component} page={data.component.credentials} {...selection} />
}

function Row({ component, credential, selected, onSelect }: Selection & { component: Component; credential: CredentialRowFragment }) {
  const words = useWords()
  const { workspaceId } = useParams({ from: here })
  const { mayChange } = useViewer()
  const [editing, setEditing] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const { lastVerification: last, flows } = credential
  const reconnection = useReconnect(credential, component.title, (saved) => tellSaved(saved, words))
  function close() {
    setEditing(false)
    setTimeout(() => edit.current?.focus()) // where one came from
  }
  function deleted() {
    setDeleting(false)
    onSelect?.((before) => before.filter((id) => id !== credential.id))
  }
  return (
    <Box className="paper" p="md" component="article" aria-label={credential.name}>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={6} miw={0} flex="1 1 320px">
          <Group gap="sm">
            {onSelect && (
              <Checkbox
                aria-label={words.verifyAll.select(credential.name)}
                checked={selected.includes(credential.id)}
                onChange={({ currentTarget: { checked } }) => onSelect((before) => (checked ? [...before, credential.id] : before.filter((id) => id !== credential.id)))}
              />
            )}
            <Link
              className="name"
              to="/w/$workspaceId/credentials/$componentKey/$credentialId"
              params={{ workspaceId, componentKey: component.key, credentialId: credential.id }}
            >
              {credential.name}
            </Link>
            <Status status={credential.status} />
          </Group>
          <Text size="sm" c="dimmed" component="div">
            {last ? (
              <>
                {words.component.lastChecked} <Ago at={last.checkedAt} />. {words.verdict(last)}
              </>
            ) : (
              words.component.neverChecked
            )}
          </Text>
          <Connection credential={credential} />
          <ConnectionWarnings credential={credential} />
          <Group gap="4px 12px">
            <Text size="sm" c="dimmed">
              {words.component.flows(flows.totalCount)}
            </Text>
            {flows.nodes.map((flow) => (
              <Badge
                key={flow.id}
                variant="outline"
                color={flow.status === 'ACTIVE' ? 'key' : 'gray'}
                className="flow"
                tt="none"
                fw={500}
                renderRoot={(props) => <Link to="/w/$workspaceId/flows/$flowId" params={{ workspaceId, flowId: flow.id }} {...props} />}
              >
                {flow.name} · {words.statuses[flow.status]}
              </Badge>
            ))}
            {flows.totalCount > flows.nodes.length && (
              <Text size="sm" c="dimmed">
                {words.component.moreFlows(flows.totalCount - flows.nodes.length)}
              </Text>
            )}
            <Text size="sm" c="dimmed" component="div">
              {credential.lastUsedAt ? <>{words.component.lastUsed} <Ago at={credential.lastUsedAt} /></> : words.component.neverUsed}
            </Text>
          </Group>
        </Stack>
        {mayChange && !editing && (
          <Group gap="xs">
            <ReconnectButton size="sm" credential={credential} reconnection={reconnection} />
            <Button ref={edit} size="sm" variant="default" aria-label={words.component.editOf(credential.name)} onClick={() => setEditing(true)}>
              {words.component.edit}
            </Button>
            <Button size="sm" variant="default" aria-label={words.component.deleteOf(credential.name)} onClick={() => setDeleting(true)}>
              {words.component.delete}
            </Button>
          </Group>
        )}
      </Group>
      {mayChange && !editing && <Reconnecting credential={credential} reconnection={reconnection} />}
      {editing && (
        <Box mt="md">
          <CredentialForm
            component={component}
            credential={credential}
            onCancel={close}
            onSaved={(saved) => {
              close()
              tellSaved(saved, words)
            }}
          />
        </Box>
      )}
      {deleting && <DeleteDialog component={component} credential={credential} onClose={() => setDeleting(false)} onDeleted={deleted} />}
    </Box>
  )
}

function Waiting() {
  const { loading } = useWords()
  return (
    <Stack role="status" aria-busy="true" aria-label={loading}>
      <Skeleton h={96} radius="lg" />
      <Skeleton h={96} radius="lg" />
    </Stack>
  )
}
