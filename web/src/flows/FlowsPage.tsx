import { Page } from '../ui/Page'

export default function FlowsPage() {
  return <Page title="FlowsPage">…</Page>
}
