/** A component's key as its title or its file suggests one: lower-case letters, digits and single dashes. */
export function keyOf(descriptor: string, file: string): string {
  return slug(titleOf(descriptor)) || slug(file.replace(/\.json$/i, '').replace(/-?component(-nodejs)?(-v\d+)?$/i, ''))
}

/** Another one, for a component that the catalog has under this key. */
export const ownKey = (key: string) => `own-${key}`.slice(0, 64).replace(/-$/, '')

function titleOf(descriptor: string): string {
  try {
    const parsed: unknown = JSON.parse(descriptor)
    const title = (parsed as { title?: unknown } | null)?.title
    return typeof title === 'string' ? title : ''
  } catch {
    return '' // half typed
  }
}

const slug = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-|-$/g, '')
