import { Anchor, Badge, Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { Link, useNavigate } from '@tanstack/react-router'
import { useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { Confirm } from '../ui/Confirm'
import { useWords } from '../words'
import { DeleteComponent } from './importOperations'

interface Props {
  component: { id: string; key: string; title: string; credentialCount: number; retired: boolean }
}

/** That a component is the workspace's own, and what its owners do with it. */
export function OwnComponent({ component: { id, key, title, credentialCount, retired } }: Props) {
  const { importing: words } = useWords()
  const { mayManage, workspace } = useViewer()
  const navigate = useNavigate()
  const send = useSend(DeleteComponent)
  const [asking, { open, close }] = useDisclosure(false)

  async function remove() {
    const result = await send({ id })
    if (result.__typename !== 'DeleteComponentSuccess') return result.message
    notifications.show({ color: 'key', message: result.retired ? words.retired(title) : words.removed(title) })
    void navigate({ to: '/w/$workspaceId/credentials', params: { workspaceId: workspace.id } })
    return undefined
  }

  return (
    <Group gap="sm" mt={6}>
      <Badge variant="light" color="gray" c="inherit" tt="none">
        {retired ? words.ownRetired : words.own}
      </Badge>
      {mayManage && (
        <Anchor size="sm" renderRoot={(props) => <Link to="/w/$workspaceId/components/import" params={{ workspaceId: workspace.id }} search={{ key }} {...props} />}>
          {words.again}
        </Anchor>
      )}
      {mayManage && !retired && (
        <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
          {words.remove}
        </Button>
      )}
      {asking && (
        <Confirm title={words.removeTitle(title)} action={words.remove} onClose={close} onConfirm={remove}>
          <Text size="sm">{words.removeText(credentialCount)}</Text>
        </Confirm>
      )}
    </Group>
  )
}
