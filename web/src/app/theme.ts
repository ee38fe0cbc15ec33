import { type CSSVariablesResolver, createTheme } from '@mantine/core'
import { chosen, wordsOf } from '../words/languages'

/** Keyward's green, as the pages for signing in and GraphiQL have it, and what makes every text readable (WCAG 2.2, 1.4.3). */
export const theme = createTheme({
  primaryColor: 'key',
  primaryShade: 7,
  colors: {
    dark: ['#e3e8ef', '#c3cbd7', '#98a3b3', '#6f7b8c', '#3a4556', '#323c4b', '#1f2733', '#10151e', '#0c1018', '#080b11'],
    red: ['#fff5f5', '#ffe3e3', '#ffc9c9', '#ffa8a8', '#ff8787', '#ff6b6b', '#e03131', '#c92a2a', '#b02525', '#8f1d1d'],
    key: ['#e7f8f1', '#cdeee0', '#a0dfc5', '#6dcfa7', '#3ecf9b', '#2ab583', '#129266', '#0b7a55', '#076246', '#044b35'],
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, withinPortal: false } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': wordsOf(chosen()).close } } },
    // Else the heading of a dialog would pass for the page's own.
    Modal: { defaultProps: { attributes: { header: { role: 'none' } } }, styles: { content: { background: 'var(--keyward-paper)' }, header: { background: 'var(--keyward-paper)' }, title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 650, overflowWrap: 'anywhere' } } },
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f7f9',
    '--mantine-color-dimmed': '#566275',
    '--mantine-color-placeholder': '#6b7686',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-yellow-light-color': '#7a4b00',
    '--keyward-paper': '#ffffff',
    '--keyward-edge': '#dde1e7',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b4c4',
    '--mantine-color-placeholder': '#98a3b3',
    '--mantine-color-error': '#ff9a91',
    // The kit's own are darker than the ground that they are to stand out from.
    '--mantine-color-key-light': 'rgb(62 207 155 / 16%)',
    '--mantine-color-key-light-hover': 'rgb(62 207 155 / 22%)',
    '--mantine-color-key-light-color': '#8fdcbd',
    '--keyward-paper': '#181f2a',
    '--keyward-edge': '#323c4b',
  },
})
