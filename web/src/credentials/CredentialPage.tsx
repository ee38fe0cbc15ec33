import { Page } from '../ui/Page'

export default function CredentialPage() {
  return <Page title="CredentialPage">…</Page>
}
