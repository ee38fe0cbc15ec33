import { Page } from '../ui/Page'

export default function CatalogPage() {
  return <Page title="Catalog">…</Page>
}
