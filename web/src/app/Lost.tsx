import { Button, Container, Text, Title } from '@mantine/core'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'

/** An address that leads nowhere, inside the frame or without one. */
export function Lost({ inside = false }: { inside?: boolean }) {
  const { lost } = useWords()
  return <Message title={lost.title} text={lost.text} action={lost.home} inside={inside} />
}

/** A mistake of ours. What was typed is gone; what was saved is not. */
export function Crashed() {
  const { crashed } = useWords()
  return <Message title={crashed.title} text={crashed.text} action={crashed.reload} reload />
}

/** Without a workspace there is no frame around what went wrong. */
export function Refused({ message, again }: { message: string; again: () => void }) {
  const { refused } = useWords()
  return (
    <Container component="main" size="xs" py={80}>
      <Title mb="sm">{refused}</Title>
      <Failure message={message} again={again} home />
    </Container>
  )
}

interface Props {
  title: string
  text: string
  action: string
  reload?: boolean
  inside?: boolean
}

function Message({ title, text, action, reload, inside }: Props) {
  return (
    <Container component={inside ? 'div' : 'main'} size="xs" py={80}>
      <Title mb="sm">{title}</Title>
      <Text mb="lg">{text}</Text>
      {reload ? (
        <Button onClick={() => location.reload()}>{action}</Button>
      ) : (
        <Button component="a" href="/">
          {action}
        </Button>
      )}
    </Container>
  )
}
