import { AppShell, Burger, Group, Image, Menu, NativeSelect, NavLink, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import {
  IconActivityHeartbeat,
  IconApi,
  IconArrowsShuffle,
  IconChevronDown,
  IconDeviceDesktop,
  IconKey,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconShieldLock,
  IconSun,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { signOut } from '../api/session'
import logo from '../keyward.svg'
import { chooseLanguage, languages, useLanguage, useWords } from '../words'
import { useViewer } from './viewer'

/** The frame around every screen: where one is, where one can go, and as whom. */
export function Shell() {
  const words = useWords()
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  useNewPage(pathname, close)
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding={{ base: 'md', sm: 'xl' }}>
      <a className="skip" href="#main">
        {words.shell.skip}
      </a>
      <AppShell.Header className="bar">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={words.shell.menu} />
            <Group component={Link as never} {...{ to: '/' }} aria-label="Keyward" gap={8} wrap="nowrap" c="inherit" td="none">
              <Image src={logo} alt="" w={26} h={26} />
              <Text fw={650} visibleFrom="xs">
                Keyward
              </Text>
            </Group>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <WorkspaceSwitch />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="nav" p="sm">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

/** A new page closes the phone's menu, and takes keyboard and screen reader to its heading, as loading one would. */
function useNewPage(pathname: string, close: () => void): void {
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    close()
    const timer = setTimeout(() => {
      if (document.activeElement === document.body || document.activeElement?.closest('nav')) document.getElementById('main')?.focus({ preventScroll: true })
    })
    return () => clearTimeout(timer)
  }, [pathname, close])
}

function Navigation() {
  const { shell } = useWords()
  const { mayManage, workspace } = useViewer()
  return (
    <nav aria-label={shell.navigation}>
      <Place to="/w/$workspaceId/flows" label={shell.flows} icon={<IconArrowsShuffle size={18} />} />
      <Place to="/w/$workspaceId/health" label={shell.health} icon={<IconActivityHeartbeat size={18} />} />
      <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4}>
        {shell.settings}
      </Text>
      <Place to="/w/$workspaceId/credentials" label={shell.credentials} icon={<IconShieldLock size={18} />} />
      {mayManage && <Place to="/w/$workspaceId/members" label={shell.members} icon={<IconUsers size={18} />} />}
      {mayManage && <Place to="/w/$workspaceId/tokens" label={shell.tokens} icon={<IconKey size={18} />} />}
      {mayManage && <Place to="/w/$workspaceId/clients" label={shell.clients} icon={<IconPlugConnected size={18} />} />}
      <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4}>
        {shell.api}
      </Text>
      <NavLink href={`/graphiql?${new URLSearchParams({ workspace: workspace.id })}`} label="GraphiQL" leftSection={<IconApi size={18} />} />
    </nav>
  )
}

interface PlaceProps {
  to: '/w/$workspaceId/flows' | '/w/$workspaceId/health' | '/w/$workspaceId/credentials' | '/w/$workspaceId/members' | '/w/$workspaceId/tokens' | '/w/$workspaceId/clients'
  label: string
  icon: ReactNode
}

function Place({ to, label, icon }: PlaceProps) {
  const { workspace } = useViewer()
  const { pathname } = useLocation()
  const active = pathname.startsWith(to.replace('$workspaceId', workspace.id))
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} params={{ workspaceId: workspace.id }} {...props} />}
      label={label}
      leftSection={icon}
      active={active}
      aria-current={active ? 'page' : undefined}
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
    />
  )
}

function WorkspaceSwitch() {
  const { shell } = useWords()
  const { workspace, workspaces } = useViewer()
  const navigate = useNavigate()
  if (workspaces.length < 2) {
    return (
      <Text size="sm" c="dimmed" truncate maw={200}>
        {workspace.name}
      </Text>
    )
  }
  return (
    <NativeSelect
      aria-label={shell.workspace}
      w={{ base: 130, xs: 200 }}
      value={workspace.id}
      data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(event) => void navigate({ to: '/w/$workspaceId/credentials', params: { workspaceId: event.currentTarget.value } })}
    />
  )
}

function PersonMenu() {
  const { shell, roles } = useWords()
  const { name, role, workspace } = useViewer()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const language = useLanguage()

  async function leave() {
    if (await signOut()) location.assign('/sign-in')
    else notifications.show({ color: 'red', message: shell.signOutFailed })
  }

  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={shell.person(name)} p={6}>
          <Group gap={6} wrap="nowrap">
            <IconUserCircle size={22} />
            <Text size="sm" visibleFrom="sm" truncate maw={160}>
              {name}
            </Text>
            <IconChevronDown size={14} />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name} · {roles[role]}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconUserCircle size={16} />}
          renderRoot={(props) => <Link to="/w/$workspaceId/account" params={{ workspaceId: workspace.id }} {...props} />}
        >
          {shell.account}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{shell.theme}</Menu.Label>
        {(
          [
            ['auto', IconDeviceDesktop],
            ['light', IconSun],
            ['dark', IconMoon],
          ] as const
        ).map(([scheme, Icon]) => (
          <Menu.Item
            key={scheme}
            closeMenuOnClick={false}
            aria-current={colorScheme === scheme ? 'true' : undefined}
            fw={colorScheme === scheme ? 650 : undefined}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(scheme)}
          >
            {shell.themes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{shell.language}</Menu.Label>
        {Object.entries(languages).map(([code, name]) => (
          <Menu.Item
            key={code}
            lang={code}
            aria-current={code === language ? 'true' : undefined}
            fw={code === language ? 650 : undefined}
            leftSection={<IconLanguage size={16} />}
            onClick={() => void chooseLanguage(code)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
