import { Button, Select, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconLock, IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { MembersQuery, Role } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { More } from '../ui/More'
import { Page, focusHeading } from '../ui/Page'
import { useWords } from '../words'
import { Invitations, Invite } from './Invitations'
import { Leave } from './Leave'
import { MembersDocument, RemoveMember, UpdateMember } from './operations'
import { Mark, Row, Rows, Section, WaitingRows } from './rows'
import { peopleRoles } from './scopes'
import { Workspace } from './Workspace'

export default function MembersPage() {
  const { members: words } = useWords()
  const { mayManage, workspace } = useViewer()
  const [inviting, { open, close }] = useDisclosure()
  if (!mayManage) {
    return (
      <Page title={words.title}>
        <Empty icon={<IconLock size={32} />} title={workspace.name} text={words.ownersOnly} action={<Leave />} />
      </Page>
    )
  }
  return (
    <Page
      title={words.title}
      text={words.text(workspace.name)}
      action={
        <Button leftSection={<IconUserPlus size={18} />} onClick={open}>
          {words.invite}
        </Button>
      }
    >
      <Members />
      <Section title={words.invitations}>
        <Invitations />
      </Section>
      <Workspace />
      {inviting && <Invite onClose={close} />}
    </Page>
  )
}

function Members() {
  const { members: words } = useWords()
  const { data, failed, loading, again } = useAsk(MembersDocument, {})
  if (loading) return <WaitingRows />
  if (failed && !data) return <Failure message={failed} again={again} />
  return (
    <Rows label={words.title}>
      <MembersFrom />
    </Rows>
  )
}

function MembersFrom({ after }: { after?: string }) {
  const { data } = useAsk(MembersDocument, after === undefined ? {} : { after })
  if (!data) return null
  return (
    <>
      {data.members.nodes.map((member) => (
        <MemberRow key={member.id} member={member} />
      ))}
      <More inList info={data.members.pageInfo}>{(after) => <MembersFrom after={after} />}</More>
    </>
  )
}

function MemberRow({ member }: { member: MembersQuery['members']['nodes'][number] }) {
  const { members: words, roles } = useWords()
  const { id } = useViewer()
  const update = useSend(UpdateMember)
  const [role, setRole] = useState<Role>() // that is on its way
  const [steppingDown, setSteppingDown] = useState<Role>()
  const [problem, setProblem] = useState<string>()
  const isMe = member.id === id

  async function change(to: Role): Promise<string | undefined> {
    setRole(to)
    setProblem(undefined)
    const result = await update({ id: member.id, role: to })
    setRole(undefined)
    switch (result.__typename) {
      case 'UpdateMemberSuccess':
        notifications.show({ message: words.roleChanged(member.name, roles[to]) })
        return undefined
      case 'LastOwnerError':
        return words.lastOwner(member.name)
      default:
        return result.message
    }
  }

  function choose(to: Role) {
    if (to === member.role) return
    if (isMe && member.role === 'OWNER') setSteppingDown(to)
    else void change(to).then(setProblem)
  }

  return (
    <Row
      title={member.name}
      badge={
        <>
          {isMe && <Mark color="key">{words.you}</Mark>}
          {member.byRule && <Mark>{words.byRule}</Mark>}
        </>
      }
      lines={[
        ...(member.email ? [member.email] : []),
        <>
          {words.joined} <Ago at={member.createdAt} />
        </>,
        ...(member.byRule ? [words.byRuleText] : []),
      ]}
      actions={
        <>
          <Select
            aria-label={words.roleOf(member.name)}
            w={150}
            allowDeselect={false}
            disabled={role !== undefined}
            value={role ?? member.role}
            data={peopleRoles.map((value) => ({ value, label: roles[value] }))}
            onChange={(value) => value && choose(value as Role)}
          />
          {isMe ? <Leave /> : <Remove member={member} />}
        </>
      }
    >
      {problem && <Failure message={problem} />}
      {steppingDown && (
        <Confirm title={words.stepDown} action={words.stepDownAction} onClose={() => setSteppingDown(undefined)} onConfirm={() => change(steppingDown)}>
          <Text>{words.stepDownText(roles[steppingDown])}</Text>
        </Confirm>
      )}
    </Row>
  )
}

function Remove({ member }: { member: MembersQuery['members']['nodes'][number] }) {
  const { members: words } = useWords()
  const remove = useSend(RemoveMember)
  const [asking, { open, close }] = useDisclosure()

  async function confirmed(): Promise<string | undefined> {
    const result = await remove({ id: member.id })
    switch (result.__typename) {
      case 'RemoveMemberSuccess':
        notifications.show({ message: words.removed(member.name) })
        focusHeading()
        return undefined
      case 'LastOwnerError':
        return words.lastOwner(member.name)
      default:
        return result.message
    }
  }

  return (
    <>
      <Button variant="default" aria-label={words.removeOf(member.name)} onClick={open}>
        {words.remove}
      </Button>
      {asking && (
        <Confirm title={words.removeTitle(member.name)} action={words.remove} onClose={close} onConfirm={confirmed}>
          <Text>{member.byRule ? words.removeRuleText : words.removeText}</Text>
        </Confirm>
      )}
    </>
  )
}
