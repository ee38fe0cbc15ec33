import { Page } from '../ui/Page'

export default function ComponentPage() {
  return <Page title="Catalog">…</Page>
}
