import { Box } from '@mantine/core'
import { IconPuzzle } from '@tabler/icons-react'

/** A component's icon, on a white ground: vendors draw theirs for one. It comes from here, by whatever name this page has it. */
export function Icon({ url, size = 40 }: { url: string | null | undefined; size?: number }) {
  return (
    <Box className="icon" w={size} h={size} p={Math.round(size / 8)}>
      {url ? <img src={new URL(url, location.origin).pathname} alt="" width="100%" height="100%" /> : <IconPuzzle size="100%" aria-hidden="true" />}
    </Box>
  )
}
