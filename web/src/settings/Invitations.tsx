import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import type { InvitationsQuery, Role } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { More } from '../ui/More'
import { focusHeading } from '../ui/Page'
import { useWords } from '../words'
import { Once } from './Once'
import { CreateInvitation, InvitationsDocument, RevokeInvitation } from './operations'
import { Mark, Row, Rows, WaitingRows } from './rows'
import { peopleRoles } from './scopes'

export function Invitations() {
  const { members: words } = useWords()
  const { data, failed, loading, again } = useAsk(InvitationsDocument, {})
  if (loading) return <WaitingRows count={1} />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  if (data.invitations.totalCount === 0) return <Text c="dimmed">{words.noInvitations}</Text>
  return (
    <Rows label={words.invitations}>
      <InvitationsFrom />
    </Rows>
  )
}

function InvitationsFrom({ after }: { after?: string }) {
  const { data } = useAsk(InvitationsDocument, after === undefined ? {} : { after })
  if (!data) return null
  return (
    <>
      {data.invitations.nodes.map((invitation) => (
        <InvitationRow key={invitation.id} invitation={invitation} />
      ))}
      <More inList info={data.invitations.pageInfo}>{(after) => <InvitationsFrom after={after} />}</More>
    </>
  )
}

function InvitationRow({ invitation }: { invitation: InvitationsQuery['invitations']['nodes'][number] }) {
  const { members: words, roles } = useWords()
  const revoke = useSend(RevokeInvitation)
  const [asking, { open, close }] = useDisclosure()
  const note = invitation.note || words.unnamed

  async function confirmed(): Promise<string | undefined> {
    const result = await revoke({ id: invitation.id })
    if (result.__typename !== 'RevokeInvitationSuccess') return result.message
    notifications.show({ message: words.revoked })
    focusHeading()
    return undefined
  }

  return (
    <Row
      title={note}
      badge={<Mark>{roles[invitation.role]}</Mark>}
      lines={[
        <>
          {words.invitedBy(invitation.invitedBy)}, <Ago at={invitation.createdAt} /> · {words.endsAt} <Ago at={invitation.expiresAt} />
        </>,
      ]}
      actions={
        <Button variant="default" aria-label={words.revokeOf(note)} onClick={open}>
          {words.revoke}
        </Button>
      }
    >
      {asking && (
        <Confirm title={words.revokeTitle} action={words.revoke} onClose={close} onConfirm={confirmed}>
          <Text>{words.revokeText}</Text>
        </Confirm>
      )}
    </Row>
  )
}

const day = 86_400_000 // milliseconds

/** Asks for whom and as what, then shows the link. */
export function Invite({ onClose }: { onClose: () => void }) {
  const { members: words, roles } = useWords()
  const create = useSend(CreateInvitation)
  const [role, setRole] = useState<Role>('EDITOR')
  const [note, setNote] = useState('')
  const [days, setDays] = useState('7')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [link, setLink] = useState<string>()

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    const result = await create({ role, note: note.trim() || null, expiresAt: new Date(Date.now() + Number(days) * day - 60_000).toISOString() })
    setBusy(false)
    if (result.__typename === 'CreateInvitationSuccess') setLink(result.link)
    else setProblem(result.message)
  }

  return (
    <Dialog
      onClose={onClose}
      title={link ? words.linkTitle : words.invite}
      closeOnClickOutside={!link}
      size="lg"
    >
      {link ? (
        <Once text={words.linkText} values={[{ title: words.link, value: link, copy: words.copyLink }]} done={words.done} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <Text>{words.inviteText}</Text>
            <TextInput
              data-autofocus
              label={words.note}
              description={words.noteNote}
              maxLength={200}
              autoComplete="off"
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Select
              label={words.role}
              description={words.roleNotes[role]}
              allowDeselect={false}
              value={role}
              data={peopleRoles.map((value) => ({ value, label: roles[value] }))}
              onChange={(value) => value && setRole(value as Role)}
            />
            <Select
              label={words.ends}
              allowDeselect={false}
              value={days}
              data={[1, 7, 30].map((n) => ({ value: String(n), label: words.days(n) }))}
              onChange={(value) => value && setDays(value)}
            />
            {problem && <Failure message={problem} />}
            <Group justify="flex-end">
              <Button type="submit" loading={busy}>
                {words.makeLink}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}
