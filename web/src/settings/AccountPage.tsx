import { Box, Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import { signOut } from '../api/session'
import { useViewer } from '../app/viewer'
import type { SessionsQuery } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Copy } from '../ui/Copy'
import { Failure } from '../ui/Failure'
import { Page, focusHeading } from '../ui/Page'
import { useWords } from '../words'
import { browserOf } from './browsers'
import { Leave } from './Leave'
import { RevokeSession, SessionsDocument } from './operations'
import { Mark, Row, Rows, Section, WaitingRows } from './rows'

export default function AccountPage() {
  const { account: words, roles } = useWords()
  const { id, name, role, workspace } = useViewer()
  return (
    <Page title={words.title} text={name}>
      <Group className="paper" p="md" justify="space-between" align="flex-end">
        <Box miw={0}>
          <Text fw={600}>{words.roleIn(roles[role], workspace.name)}</Text>
          <Text size="sm" c="dimmed" mt="xs" mb={4}>
            {words.id}
          </Text>
          <Copy value={id} label={words.copyId} />
        </Box>
        <Leave />
      </Group>
      <Sessions />
    </Page>
  )
}

type Session = SessionsQuery['viewer']['sessions'][number]

function Sessions() {
  const { account: words } = useWords()
  const { data, failed, again } = useAsk(SessionsDocument, {})
  const sessions = data?.viewer.sessions
  const others = sessions?.filter(({ current }) => !current) ?? []
  return (
    <Section title={words.sessions} action={others.length > 0 && <EndOthers others={others} />}>
      {sessions ? (
        <Rows label={words.sessions}>
          {/* This one first; the API has them newest first. */}
          {[...sessions.filter(({ current }) => current), ...others].map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Rows>
      ) : failed ? (
        <Failure message={failed} again={again} />
      ) : (
        <WaitingRows count={2} />
      )}
    </Section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const { account: words, shell } = useWords()
  const revoke = useSend(RevokeSession)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { name, system } = browserOf(session.userAgent)
  const browser = name && system ? words.browser(name, system) : (name ?? system ?? (session.userAgent || words.unknownBrowser))

  async function end() {
    setBusy(true)
    setProblem(undefined)
    if (session.current) {
      if (await signOut()) return location.assign('/sign-in')
      setProblem(shell.signOutFailed)
    } else {
      const result = await revoke({ id: session.id })
      if (result.__typename === 'RevokeSessionSuccess') {
        notifications.show({ message: words.ended })
        focusHeading()
      } else setProblem(result.message)
    }
    setBusy(false)
  }

  return (
    <Row
      title={browser}
      badge={session.current && <Mark color="key">{words.here}</Mark>}
      lines={[
        <>
          {words.address} {session.address}
        </>,
        <>
          {words.since} <Ago at={session.createdAt} /> · {words.seen} <Ago at={session.lastSeenAt} /> · {words.ends} <Ago at={session.expiresAt} />
        </>,
      ]}
      actions={
        <Button
          variant="default"
          loading={busy}
          aria-label={session.current ? undefined : words.endOf(browser, session.address)}
          onClick={() => void end()}
        >
          {session.current ? words.signOut : words.end}
        </Button>
      }
    >
      {problem && <Failure message={problem} />}
    </Row>
  )
}

function EndOthers({ others }: { others: Session[] }) {
  const { account: words } = useWords()
  const revoke = useSend(RevokeSession)
  const [asking, { open, close }] = useDisclosure()

  async function end(): Promise<string | undefined> {
    for (const { id } of others) {
      const result = await revoke({ id })
      // One that has ended by itself meanwhile is what was wanted.
      if (result.__typename !== 'RevokeSessionSuccess' && result.__typename !== 'NotFoundError') return result.message
    }
    notifications.show({ message: words.othersEnded })
    focusHeading()
    return undefined
  }

  return (
    <>
      <Button variant="default" onClick={open}>
        {words.endOthers}
      </Button>
      {asking && (
        <Confirm title={words.endOthersTitle} action={words.endOthers} onClose={close} onConfirm={end}>
          <Text>{words.endOthersText}</Text>
        </Confirm>
      )}
    </>
  )
}
