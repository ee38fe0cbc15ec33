import { Box, Button, Group, SimpleGrid, Skeleton, Switch, Text, TextInput, Title, VisuallyHidden } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFileImport, IconPlugConnected, IconSearch } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useId, useState } from 'react'
import { useAsk } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { CatalogQuery, ComponentCategory, ComponentFilter } from '../gen/graphql'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { More } from '../ui/More'
import { Page } from '../ui/Page'
import { useWords, type Words } from '../words'
import { Families } from './Families'
import { CatalogDocument } from './operations'

const here = '/w/$workspaceId/credentials'

/** Settings → Security Credentials: everything that can be connected, with the green number of what is. */
export default function CatalogPage() {
  const { catalog: words, shell } = useWords()
  return (
    <Page title={words.title} above={`${shell.settings} → ${shell.credentials}`} text={words.text}>
      <Filters />
      <Tiles />
    </Page>
  )
}

const familyOf = (text: string | undefined, { families }: Words) => (text && text in families ? (text as ComponentCategory) : null)

function Filters() {
  const words = useWords()
  const { mayManage } = useViewer()
  const { workspaceId } = useParams({ from: here })
  const search = useSearch({ from: here })
  const navigate = useNavigate()
  const [text, setText] = useState(search.search ?? '')
  const set = (change: { search?: string; family?: string; connected?: boolean | undefined }) =>
    void navigate({
      to: here,
      params: { workspaceId },
      search: Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value)),
      replace: true,
    })
  const setSearch = useDebouncedCallback((value: string) => set({ search: value.trim() }), 200)
  return (
    <>
      <Group mb="sm" gap="md" role="search">
        <TextInput
          aria-label={words.catalog.search}
          placeholder={words.catalog.search}
          leftSection={<IconSearch size={16} />}
          type="search"
          value={text}
          maxLength={200}
          flex={{ base: '1 1 100%', xs: '1 1 220px' }}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setSearch(event.currentTarget.value)
          }}
        />
        <Switch
          label={words.catalog.connected}
          checked={search.connected === true}
          onChange={(event) => set({ connected: event.currentTarget.checked || undefined })}
        />
        {mayManage && (
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} />}
            renderRoot={(props) => <Link to="/w/$workspaceId/components/import" params={{ workspaceId }} {...props} />}
          >
            {words.catalog.import}
          </Button>
        )}
      </Group>
      <Families
        search={search.search ?? null}
        connected={search.connected ?? null}
        family={familyOf(search.family, words)}
        onChoose={(family) => set({ family: family ?? '' })}
      />
    </>
  )
}

function Tile({ component }: { component: CatalogQuery['components']['nodes'][number] }) {
  const words = useWords()
  const { workspaceId } = useParams({ from: here })
  const { credentialCount: count, requiresCredential } = component
  const state = count > 0 ? words.catalog.count(count) : requiresCredential ? words.catalog.none : words.catalog.noneNeeded
  return (
    <Box className="paper tile">
      {count > 0 && (
        <span className="count" aria-hidden="true">
          {count}
        </span>
      )}
      <Group gap="sm" wrap="nowrap" mb={6}>
        <Icon url={component.iconUrl} />
        <Box miw={0}>
          <Link className="tile-link" to="/w/$workspaceId/credentials/$componentKey" params={{ workspaceId, componentKey: component.key }}>
            {component.title}
            <VisuallyHidden>: {state}</VisuallyHidden>
          </Link>
          <Text size="xs" c="dimmed">
            {words.families[component.category]}
          </Text>
        </Box>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {component.description}
      </Text>
    </Box>
  )
}

type Components = CatalogQuery['components']

/** What fits the filters; without any, what is connected comes first. */
function Tiles() {
  const words = useWords()
  const { search = null, family, connected = null } = useSearch({ from: here })
  const category = familyOf(family, words)
  const all = search === null && category === null && connected === null
  const { data, failed, loading, again } = useAsk(CatalogDocument, { filter: { search, category, connected }, after: null })
  const { data: mine, loading: asking } = useAsk(CatalogDocument, { filter: { connected: true }, after: null }, { pause: !all })
  if (loading || (all && asking)) return <Waiting />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  if (data.components.totalCount === 0) return <Nothing />
  const first = all ? (mine?.components.nodes ?? []) : []
  const rest = <List page={data.components} filter={{ search, category, connected }} without={new Set(first.map(({ id }) => id))} />
  if (first.length === 0) return rest
  return (
    <>
      <Part title={words.catalog.mine}>
        <Grid components={first} />
      </Part>
      <Part title={words.catalog.others}>{rest}</Part>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" id={id} mb="sm">
        {title}
      </Title>
      {children}
    </section>
  )
}

interface ListProps {
  page: Components
  filter: ComponentFilter
  without: Set<string> // what stands elsewhere
}

function List({ page, filter, without }: ListProps) {
  return (
    <>
      <Grid components={page.nodes.filter(({ id }) => !without.has(id))} />
      <More info={page.pageInfo} eager>
        {(after) => <Next after={after} filter={filter} without={without} />}
      </More>
    </>
  )
}

function Next({ after, ...list }: Omit<ListProps, 'page'> & { after: string }) {
  const { data, failed, loading, again } = useAsk(CatalogDocument, { filter: list.filter, after })
  if (loading) return <Waiting />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  return <List page={data.components} {...list} />
}

function Grid({ components }: { components: Components['nodes'] }) {
  return (
    <SimpleGrid component="ul" cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="md" p={0} m={0} mb="md" style={{ listStyle: 'none' }}>
      {components.map((component) => (
        <li key={component.id}>
          <Tile component={component} />
        </li>
      ))}
    </SimpleGrid>
  )
}

function Waiting() {
  const { loading } = useWords()
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="md" aria-busy="true" aria-label={loading} role="status">
      {Array.from({ length: 8 }, (_, at) => (
        <Skeleton key={at} h={124} radius="lg" />
      ))}
    </SimpleGrid>
  )
}

function Nothing() {
  const { catalog: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const { search, family, connected } = useSearch({ from: here })
  const first = connected && !search && !family
  return (
    <Empty
      icon={<IconPlugConnected size={40} stroke={1.25} />}
      title={first ? words.emptyConnected : words.empty}
      text={first ? words.emptyConnectedText : words.emptyText}
      action={
        <Button renderRoot={(props) => <Link to={here} params={{ workspaceId }} {...props} />}>
          {words.reset}
        </Button>
      }
    />
  )
}
