import { notifications } from '@mantine/notifications'
import type { Words } from '../words'
import type { Saved } from './CredentialForm'

/** Says what was saved, and as what. */
export function tellSaved({ name, status }: Saved, words: Words['component']): void {
  const verified = status === 'VERIFIED'
  notifications.show({ color: verified ? 'key' : 'yellow', message: (verified ? words.saved : status === 'EXPIRED' ? words.savedExpired : words.savedUnverified)(name) })
}
