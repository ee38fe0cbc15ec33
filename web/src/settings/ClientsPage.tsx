import { Box, Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconLock, IconPlugConnected } from '@tabler/icons-react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { ClientFieldsFragment } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Copy } from '../ui/Copy'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { Page, focusHeading } from '../ui/Page'
import { useWords } from '../words'
import { ClientForm } from './ClientForm'
import { DeleteClient, ProvidersDocument } from './operations'
import { Mark, Row, Rows, WaitingRows } from './rows'

/** A provider has no title of its own: it is called like the one component that it opens, or else by its key. */
function titleOf({ key, components: [first, ...others] }: ClientFieldsFragment): string {
  if (!first || others.length > 0) return key.charAt(0).toUpperCase() + key.slice(1)
  return first.key === key ? first.title : `${first.title} (${key})` // a component may have two
}

export default function ClientsPage() {
  const { clients: words } = useWords()
  const { mayManage, workspace } = useViewer()
  if (!mayManage) {
    return (
      <Page title={words.title}>
        <Empty icon={<IconLock size={32} />} title={workspace.name} text={words.ownersOnly} />
      </Page>
    )
  }
  return (
    <Page title={words.title} text={words.text}>
      <Providers />
    </Page>
  )
}

function Providers() {
  const { clients: words } = useWords()
  const { data, failed, loading, again } = useAsk(ProvidersDocument, {})
  if (loading) return <WaitingRows />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  if (data.oauthProviders.length === 0) return <Empty icon={<IconPlugConnected size={32} />} title={words.empty} text={words.emptyText} />
  const { callbackUrl } = data.oauthProviders[0]! // one for all: it is the gateway's
  return (
    <>
      <Box className="paper" p="md" mb="md">
        <Text size="sm" fw={500} mb={4}>
          {words.callback}
        </Text>
        <Copy value={callbackUrl} label={words.copyCallback} />
      </Box>
      <Rows label={words.title}>
        {data.oauthProviders.map((provider) => (
          <Provider key={provider.key} provider={provider} />
        ))}
      </Rows>
    </>
  )
}

function Provider({ provider }: { provider: ClientFieldsFragment }) {
  const { clients: words } = useWords()
  const [setting, set] = useDisclosure()
  const [asking, ask] = useDisclosure()
  const remove = useSend(DeleteClient)
  const { client, components } = provider
  const title = titleOf(provider)
  const own = client?.source === 'WORKSPACE'

  async function confirmed(): Promise<string | undefined> {
    const result = await remove({ provider: provider.key })
    if (result.__typename !== 'DeleteOAuthClientSuccess') return result.message
    notifications.show({ message: words.deleted(title) })
    focusHeading()
    return undefined
  }

  const [action, label] = !client ? [words.set, words.setOf(title)] : own ? [words.replace, words.replaceOf(title)] : [words.own, words.ownOf(title)]
  return (
    <Row
      title={title}
      badge={<Mark color={client ? 'key' : 'yellow'}>{client ? words.sources[client.source] : words.none}</Mark>}
      lines={[
        <Group gap="6px 12px" my={4}>
          {words.opens}
          {components.map((component) => (
            <Group key={component.id} gap={6} wrap="nowrap">
              <Icon url={component.iconUrl} size={22} />
              {component.title}
            </Group>
          ))}
        </Group>,
        ...(client
          ? [
              <>
                {words.clientId}: <code>{client.clientId}</code> · {words.uses(client.credentialCount)}
                {client.updatedAt && (
                  <>
                    {' · '}
                    {words.changed} <Ago at={client.updatedAt} />
                  </>
                )}
              </>,
            ]
          : []),
      ]}
      actions={
        <>
          <Button variant="default" aria-label={label} onClick={set.open}>
            {action}
          </Button>
          {own && (
            <Button variant="default" aria-label={words.deleteOf(title)} onClick={ask.open}>
              {words.delete}
            </Button>
          )}
        </>
      }
    >
      {setting && <ClientForm provider={provider} title={title} onClose={set.close} />}
      {asking && (
        <Confirm title={words.deleteTitle(title)} action={words.delete} onClose={ask.close} onConfirm={confirmed}>
          <Text>{words.deleteText(client?.credentialCount ?? 0)}</Text>
        </Confirm>
      )}
    </Row>
  )
}
