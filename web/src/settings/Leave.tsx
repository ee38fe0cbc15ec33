import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { Confirm } from '../ui/Confirm'
import { useWords } from '../words'
import { RemoveMember } from './operations'

/** The way out of the workspace, for whoever is in it. */
export function Leave() {
  const { members: words } = useWords()
  const { id, name, workspace } = useViewer()
  const remove = useSend(RemoveMember)
  const [asking, { open, close }] = useDisclosure()

  async function leave(): Promise<string | undefined> {
    const result = await remove({ id })
    switch (result.__typename) {
      case 'RemoveMemberSuccess':
        location.replace('/')
        return undefined
      case 'LastOwnerError':
        return words.lastOwner(name)
      default:
        return result.message
    }
  }

  return (
    <>
      <Button variant="default" aria-label={words.leaveOf(workspace.name)} onClick={open}>
        {words.leave}
      </Button>
      {asking && (
        <Confirm title={words.leaveTitle(workspace.name)} action={words.leave} onClose={close} onConfirm={leave}>
          <Text>{words.leaveText}</Text>
        </Confirm>
      )}
    </>
  )
}
