import { Alert, Anchor, Badge, Box, Button, Group, SimpleGrid, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconKeyOff, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type ReactNode, useId, useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { ConnectionWarnings, TokenEnd, accountOf } from '../connect/Connection'
import { ReconnectButton, Reconnecting, needsReconnecting, useReconnect } from '../connect/Reconnect'
import type { CredentialQuery } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Copy } from '../ui/Copy'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { More } from '../ui/More'
import { Page, focusHeading } from '../ui/Page'
import { Status } from '../ui/Status'
import { type Verdict, useWords } from '../words'
import { CredentialForm, type Saved } from './CredentialForm'
import { DeleteDialog } from './DeleteDialog'
import { Events } from './Events'
import { Masked } from './Field'
import { History } from './History'
import { CredentialDocument, CredentialFlowsDocument } from './detailOperations'
import { VerifyCredential } from './operations'
import { tellSaved } from './tellSaved'
import './history.css'

type Credential = NonNullable<CredentialQuery['credential']>

/** Everything about one credential, but its secrets. */
export default function CredentialPage() {
  const { detail: words, loading: wait } = useWords()
  const { workspace } = useViewer()
  const { credentialId: id, componentKey } = useParams({ from: '/w/$workspaceId/credentials/$componentKey/$credentialId' })
  const { data, failed, loading, again } = useAsk(CredentialDocument, { id })
  const credential = data?.credential
  if (credential) return <Found key={id} credential={credential} />
  return (
    <Page title={words.title} above={<Above />}>
      {failed && <Failure message={failed} again={again} />}
      {loading && (
        <Stack role="status" aria-label={wait}>
          <Skeleton h={160} radius="lg" />
          <Skeleton h={240} radius="lg" />
        </Stack>
      )}
      {data && (
        <Empty
          icon={<IconKeyOff size={40} stroke={1.25} />}
          title={words.notFound}
          text={words.notFoundText}
          action={
            <Button
              renderRoot={(props) => (
                <Link to="/w/$workspaceId/credentials/$componentKey" params={{ workspaceId: workspace.id, componentKey }} {...props} />
              )}
            >
              {words.back}
            </Button>
          }
        />
      )}
    </Page>
  )
}

/** Where the credential belongs. */
function Above({ component }: { component?: { key: string; title: string } }) {
  const { shell } = useWords()
  const { workspace } = useViewer()
  return (
    <>
      <Link className="crumb" to="/w/$workspaceId/credentials" params={{ workspaceId: workspace.id }}>
        {shell.settings} → {shell.credentials}
      </Link>
      {component && (
        <>
          {' → '}
          <Link className="crumb" to="/w/$workspaceId/credentials/$componentKey" params={{ workspaceId: workspace.id, componentKey: component.key }}>
            {component.title}
          </Link>
        </>
      )}
    </>
  )
}

function Found({ credential }: { credential: Credential }) {
  const words = useWords()
  const { workspace, mayChange } = useViewer()
  const navigate = useNavigate()
  const { id, component } = credential
  const [doing, setDoing] = useState<'edit' | 'delete'>()
  const verification = useVerification(id)
  const reconnection = useReconnect(credential, component.title, (saved) => {
    verification.forget()
    tellSaved(saved, words)
  })

  function close() {
    setDoing(undefined)
    focusHeading()
  }

  function saved(credential: Saved) {
    close()
    verification.forget()
    tellSaved(credential, words)
  }

  function deleted() {
    void navigate({ to: '/w/$workspaceId/credentials/$componentKey', params: { workspaceId: workspace.id, componentKey: component.key }, replace: true })
  }

  return (
    <Page
      title={credential.name}
      above={<Above component={component} />}
      icon={<Icon url={component.iconUrl} size={48} />}
      text={<Standing credential={credential} />}
      action={
        mayChange &&
        doing !== 'edit' && (
          <Group gap="xs">
            <ReconnectButton credential={credential} reconnection={reconnection} />
            {credential.authMethod.verifiable && (
              <Button variant={needsReconnecting(credential) ? 'default' : 'filled'} leftSection={<IconRefresh size={16} />} loading={verification.busy} onClick={() => void verification.run()}>
                {words.component.verifyAgain}
              </Button>
            )}
            <Button variant="default" leftSection={<IconPencil size={16} />} disabled={verification.busy} onClick={() => setDoing('edit')}>
              {words.component.edit}
            </Button>
            <Button variant="default" leftSection={<IconTrash size={16} />} disabled={verification.busy} onClick={() => setDoing('delete')}>
              {words.component.delete}
            </Button>
          </Group>
        )
      }
    >
      <VisuallyHidden role="status">{verification.busy && words.form.verifyingLong(component.title)}</VisuallyHidden>
      {verification.told && <Told verdict={verification.told} onClose={verification.forget} />}
      {verification.problem && <Failure message={verification.problem} />}
      {mayChange && doing !== 'edit' && <Reconnecting credential={credential} reconnection={reconnection} />}
      {(credential.connection?.problem || credential.missingScopes.length > 0) && (
        <Stack gap={6} mb="md">
          <ConnectionWarnings credential={credential} />
        </Stack>
      )}
      {!mayChange && (
        <Text c="dimmed" mb="md">
          {words.component.readOnly}
        </Text>
      )}
      <Stack gap="md">
        {doing === 'edit' ? (
          <Card title={words.component.editOf(credential.name)}>
            <CredentialForm component={component} credential={credential} onSaved={saved} onCancel={close} />
          </Card>
        ) : (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
            <Stack gap="md">
              <Card title={words.detail.stored}>
                <Stored credential={credential} />
              </Card>
              <Used credential={credential} />
            </Stack>
            <Card title={words.detail.about}>
              <About credential={credential} />
            </Card>
          </SimpleGrid>
        )}
        <Card title={words.detail.history} text={credential.authMethod.verifiable ? undefined : words.detail.notVerifiable}>
          {credential.verifications.length > 0 ? (
            <History verifications={credential.verifications} />
          ) : (
            credential.authMethod.verifiable && <Text c="dimmed">{words.detail.noHistory}</Text>
          )}
        </Card>
        <Trail id={id} />
      </Stack>
      {doing === 'delete' && <DeleteDialog credential={credential} component={component} onClose={() => setDoing(undefined)} onDeleted={deleted} />}
    </Page>
  )
}

/** Tries the credential again, and keeps what came of it until the next time. */
function useVerification(id: string) {
  const send = useSend(VerifyCredential)
  const [busy, setBusy] = useState(false)
  const [told, setTold] = useState<Verdict>()
  const [problem, setProblem] = useState<string>()
  function forget() {
    setTold(undefined)
    setProblem(undefined)
  }
  async function run() {
    forget()
    setBusy(true)
    const result = await send({ id })
    setBusy(false)
    if (result.__typename === 'VerifyCredentialSuccess') setTold(result.verification)
    else setProblem(result.message)
  }
  return { busy, told, problem, run, forget }
}

function Told({ verdict, onClose }: { verdict: Verdict; onClose: () => void }) {
  const words = useWords()
  const color = { ACCEPTED: 'key', REJECTED: 'red', UNAVAILABLE: 'yellow', NOT_VERIFIABLE: 'gray' }[verdict.outcome]
  return (
    <Alert
      mb="md"
      color={color}
      role={verdict.outcome === 'ACCEPTED' ? 'status' : 'alert'}
      icon={verdict.outcome === 'ACCEPTED' ? <IconCheck /> : <IconAlertTriangle />}
      title={words.outcomes[verdict.outcome]}
      withCloseButton
      closeButtonLabel={words.close}
      onClose={onClose}
    >
      {words.verdict(verdict)}
    </Alert>
  )
}

/** The status and what it comes from. */
function Standing({ credential: { status, lastVerification } }: { credential: Credential }) {
  const words = useWords()
  return (
    <Group gap="xs" mt={4}>
      <Status status={status} />
      <Text size="sm" c="dimmed" component="span">
        {lastVerification ? (
          <>
            {words.component.lastChecked} <Ago at={lastVerification.checkedAt} />
            {lastVerification.outcome !== 'ACCEPTED' && `: ${words.verdict(lastVerification)}`}
          </>
        ) : (
          words.component.neverChecked
        )}
      </Text>
    </Group>
  )
}

function Card({ title, text, grow, children }: { title: string; text?: ReactNode; grow?: boolean; children: ReactNode }) {
  const id = useId()
  return (
    <Box component="section" className="paper" p={{ base: 'md', sm: 'lg' }} aria-labelledby={id} miw={0} flex={grow ? 1 : undefined}>
      <Title order={2} size="h4" mb={text ? 4 : 'sm'} id={id} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      {text && (
        <Text size="sm" c="dimmed" mb="sm">
          {text}
        </Text>
      )}
      {children}
    </Box>
  )
}

function Stored({ credential }: { credential: Credential }) {
  const { detail: words } = useWords()
  return (
    <dl className="facts">
      <Fact label={words.method}>{credential.authMethod.title}</Fact>
      {credential.fields.map((field) => (
        <Fact key={field.key} label={field.label}>
          <Value field={field} spec={credential.authMethod.fields.find(({ key }) => key === field.key)} />
        </Fact>
      ))}
    </dl>
  )
}

interface ValueProps {
  field: Credential['fields'][number]
  spec: Credential['authMethod']['fields'][number] | undefined
}

function Value({ field, spec }: ValueProps) {
  const { detail: words } = useWords()
  if (!field.isSet) return <Text inherit component="span" c="dimmed">{words.notSet}</Text>
  if (field.secret) return <Masked hint={field.hint} />
  const named = (value: string) => spec?.options.find((option) => option.value === value)?.label ?? value
  if (field.values) return field.values.map(named).join(', ')
  if (spec?.view === 'CHECKBOX') return field.value === 'true' ? words.yes : words.no
  return named(field.value ?? '')
}

function About({ credential }: { credential: Credential }) {
  const { detail: words, component, connect } = useWords()
  const { connection, grantedScopes, missingScopes } = credential
  const account = accountOf(connection)
  return (
    <dl className="facts">
      <Fact label={words.id}>
        <Copy value={credential.id} label={words.copyId} />
      </Fact>
      <Fact label={words.version}>{credential.version}</Fact>
      <Fact label={words.created}>
        <Ago at={credential.createdAt} />
      </Fact>
      <Fact label={words.changed}>
        <Ago at={credential.updatedAt} />
      </Fact>
      <Fact label={component.lastUsed}>{credential.lastUsedAt ? <Ago at={credential.lastUsedAt} /> : component.neverUsed}</Fact>
      {credential.expiresAt && (
        <Fact label={component.expires}>
          <Ago at={credential.expiresAt} />
        </Fact>
      )}
      {account !== null && <Fact label={connect.account}>{account}</Fact>}
      {(connection || credential.accessTokenExpiresAt) && (
        <Fact label={connect.accessToken}>
          <TokenEnd credential={credential} />
        </Fact>
      )}
      {connection && (
        <Fact label={connect.renewed}>
          <Ago at={connection.renewedAt} />
        </Fact>
      )}
      {grantedScopes.length > 0 && <Fact label={words.scopes}>{grantedScopes.join(', ')}</Fact>}
      {missingScopes.length > 0 && <Fact label={connect.missingScopes}>{missingScopes.join(', ')}</Fact>}
      <Fact label={words.tags}>
        {credential.tags.length === 0 ? (
          words.noTags
        ) : (
          <Group gap={6}>
            {credential.tags.map((tag) => (
              <Badge key={tag} variant="default" tt="none" fw={500} maw="100%">
                {tag}
              </Badge>
            ))}
          </Group>
        )}
      </Fact>
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Used({ credential: { id, flows, activeFlowCount } }: { credential: Credential }) {
  const { detail: words } = useWords()
  return (
    <Card title={words.usedBy(flows.totalCount)} text={activeFlowCount > 0 ? words.active(activeFlowCount, flows.totalCount) : undefined} grow>
      {flows.totalCount > 0 ? <Flows id={id} /> : <Text c="dimmed">{words.noFlows}</Text>}
    </Card>
  )
}

/** A page of the flows that use the credential, and the next below it on request. */
function Flows({ id, after = null }: { id: string; after?: string | null }) {
  const words = useWords()
  const { workspace } = useViewer()
  const { data, failed, loading, again } = useAsk(CredentialFlowsDocument, { id, after })
  if (loading) return <Skeleton h={60} role="status" aria-label={words.loading} />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  const page = data.credential?.flows
  return (
    <>
      <ul className="rows">
        {page?.nodes.map((flow) => (
          <li key={flow.id}>
            <Group justify="space-between" wrap="nowrap" py={8}>
              <Anchor
                size="sm"
                style={{ overflowWrap: 'anywhere' }}
                renderRoot={(props) => <Link to="/w/$workspaceId/flows/$flowId" params={{ workspaceId: workspace.id, flowId: flow.id }} {...props} />}
              >
                {flow.name}
              </Anchor>
              <Status status={flow.status} />
            </Group>
          </li>
        ))}
      </ul>
      {page && <More info={page.pageInfo}>{(after) => <Flows id={id} after={after} />}</More>}
    </>
  )
}

function Trail({ id }: { id: string }) {
  const { detail: words } = useWords()
  const { mayManage } = useViewer()
  return (
    <Card title={words.trail} text={mayManage ? words.trailText : undefined}>
      {mayManage ? <Events id={id} /> : <Text c="dimmed">{words.trailOwners}</Text>}
    </Card>
  )
}
