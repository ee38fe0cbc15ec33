import { Page } from '../ui/Page'

export default function FlowPage() {
  return <Page title="FlowPage">…</Page>
}
