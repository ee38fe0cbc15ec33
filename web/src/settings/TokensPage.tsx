import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconKey, IconLock, IconPlus } from '@tabler/icons-react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { TokensQuery } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { More } from '../ui/More'
import { Page, focusHeading } from '../ui/Page'
import { useWords } from '../words'
import { NewToken } from './NewToken'
import { RevokeToken, TokensDocument } from './operations'
import { Mark, Row, Rows, WaitingRows } from './rows'
import type { Scope } from './scopes'

export default function TokensPage() {
  const { tokens: words } = useWords()
  const { mayManage, workspace } = useViewer()
  const [making, { open, close }] = useDisclosure()
  if (!mayManage) {
    return (
      <Page title={words.title}>
        <Empty icon={<IconLock size={32} />} title={workspace.name} text={words.ownersOnly} />
      </Page>
    )
  }
  const make = (
    <Button leftSection={<IconPlus size={18} />} onClick={open}>
      {words.make}
    </Button>
  )
  return (
    <Page title={words.title} text={words.text} action={make}>
      <Tokens />
      {making && <NewToken onClose={close} />}
    </Page>
  )
}

function Tokens() {
  const { tokens: words } = useWords()
  const { data, failed, loading, again } = useAsk(TokensDocument, {})
  if (loading) return <WaitingRows />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  if (data.apiTokens.totalCount === 0) return <Empty icon={<IconKey size={32} />} title={words.empty} text={words.emptyText} />
  return (
    <Rows label={words.title}>
      <TokensFrom />
    </Rows>
  )
}

function TokensFrom({ after }: { after?: string }) {
  const { data } = useAsk(TokensDocument, after === undefined ? {} : { after })
  if (!data) return null
  return (
    <>
      {data.apiTokens.nodes.map((token) => (
        <TokenRow key={token.id} token={token} />
      ))}
      <More inList info={data.apiTokens.pageInfo}>{(after) => <TokensFrom after={after} />}</More>
    </>
  )
}

function TokenRow({ token }: { token: TokensQuery['apiTokens']['nodes'][number] }) {
  const { tokens: words, roles } = useWords()
  const revoke = useSend(RevokeToken)
  const [asking, { open, close }] = useDisclosure()

  async function confirmed(): Promise<string | undefined> {
    const result = await revoke({ id: token.id })
    if (result.__typename !== 'RevokeApiTokenSuccess') return result.message
    notifications.show({ message: words.revoked(token.name) })
    focusHeading()
    return undefined
  }

  return (
    <Row
      title={token.name}
      badge={<Mark>{roles[token.role]}</Mark>}
      lines={[
        token.scopes.length === 0 ? words.everything : token.scopes.map((scope) => words.scopeNames[scope as Scope] ?? scope).join(' · '),
        <>
          {words.made} <Ago at={token.createdAt} /> · {token.lastUsedAt ? <>{words.used} <Ago at={token.lastUsedAt} /></> : words.unused} ·{' '}
          <End at={token.expiresAt} />
        </>,
      ]}
      actions={
        <Button variant="default" aria-label={words.revokeOf(token.name)} onClick={open}>
          {words.revoke}
        </Button>
      }
    >
      {asking && (
        <Confirm title={words.revokeTitle(token.name)} action={words.revoke} onClose={close} onConfirm={confirmed}>
          <Text>{words.revokeText}</Text>
        </Confirm>
      )}
    </Row>
  )
}

function End({ at }: { at: string | null }) {
  const { tokens: words } = useWords()
  if (!at) return words.endsNever
  const over = Date.parse(at) <= Date.now()
  return (
    <Text inherit span {...(over && { c: 'var(--mantine-color-error)' })}>
      {over ? words.ended : words.endsAt} <Ago at={at} />
    </Text>
  )
}
