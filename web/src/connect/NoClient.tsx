import { Alert, Anchor, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useViewer } from '../app/viewer'
import { useWords } from '../words'

/** In the place of a button that could do nothing. */
export function NoClient({ title }: { title: string }) {
  const { connect: words } = useWords()
  const { mayManage, workspace } = useViewer()
  return (
    <Alert color="yellow" icon={<IconPlugConnectedX />}>
      <Text size="sm">
        {words.noClient(title)}{' '}
        {mayManage ? (
          <Anchor inherit c="inherit" underline="always" renderRoot={(props) => <Link to="/w/$workspaceId/clients" params={{ workspaceId: workspace.id }} {...props} />}>
            {words.setClient}
          </Anchor>
        ) : (
          words.askOwner
        )}
      </Text>
    </Alert>
  )
}
