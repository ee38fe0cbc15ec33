import { notifications } from '@mantine/notifications'
import type { Words } from '../words'
import type { Saved } from './CredentialForm'

/** Says what was saved, and as what. */
export function tellSaved({ name, status, connected }: Saved, { component, connect }: Words): void {
  const verified = status === 'VERIFIED'
  const color = verified ? 'key' : 'yellow'
  if (connected) {
    const told = connect.connected(name, connected.account)
    notifications.show({ color, message: verified ? told : `${told} ${connect.notVerified}` })
    tellWarnings(name, connected, connect)
  } else {
    notifications.show({ color, message: (verified ? component.saved : status === 'EXPIRED' ? component.savedExpired : component.savedUnverified)(name) })
  }
}

/** What somebody should look at, though it is connected. These stay until they are closed. */
export function tellWarnings(name: string, { missing, accountChanged }: NonNullable<Saved['connected']>, words: Words['connect']): void {
  if (missing.length > 0) notifications.show({ color: 'yellow', autoClose: false, message: words.missing(missing.join(', ')) })
  if (accountChanged) notifications.show({ color: 'yellow', autoClose: false, message: words.accountChanged(name) })
}
