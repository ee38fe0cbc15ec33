import { type FormEvent, useEffect, useRef, useState } from 'react'
import logo from '../keyward.svg'
import { type Connection, connect } from './api'

interface Props {
  connection: Connection | undefined
  onChange: (connection: Connection | undefined) => void
}

export function Bar({ connection, onChange }: Props) {
  return (
    <header className="bar">
      <h1 className="brand">
        <img src={logo} alt="" width="22" height="22" />
        Keyward <span>GraphiQL</span>
      </h1>
      {connection ? (
        <Connected connection={connection} onDisconnect={() => onChange(undefined)} />
      ) : (
        <TokenForm onConnect={onChange} />
      )}
    </header>
  )
}

function TokenForm({ onConnect }: { onConnect: (connection: Connection) => void }) {
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState('')
  const [asking, setAsking] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setAsking(true)
    const result = await connect(token.trim())
    setAsking(false)
    if (typeof result !== 'string') return onConnect(result)
    setProblem(result)
    input.current?.select()
  }

  return (
    <>
      <form className="token" onSubmit={submit}>
        <label htmlFor="token">API token</label>
        <input
          ref={input}
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore=""
          data-lpignore="true"
          required
          aria-invalid={problem !== ''}
          aria-describedby="token-help"
          value={token}
          onChange={(event) => {
            setToken(event.target.value)
            setProblem('')
          }}
        />
        <button type="submit" disabled={asking || token.trim() === ''}>
          {asking ? 'Connecting …' : 'Connect'}
        </button>
      </form>
      <p id="token-help" className={problem ? 'note problem' : 'note'} aria-live="polite">
        {problem || (
          <>
            <code>make run</code> prints a token; <code>keyward token create --name me --role OWNER</code> makes another.
          </>
        )}
      </p>
    </>
  )
}

function Connected({ connection, onDisconnect }: { connection: Connection; onDisconnect: () => void }) {
  const { name, role, workspace } = connection.viewer
  const button = useRef<HTMLButtonElement>(null)
  // The field that had the focus is gone: keep people who use the keyboard where they were.
  useEffect(() => button.current?.focus(), [])
  return (
    <>
      <p id="connected-as" className="note connected" role="status">
        Connected as {name}, {role} in {workspace.name}
      </p>
      <button ref={button} type="button" className="quiet" aria-describedby="connected-as" onClick={onDisconnect}>
        Disconnect
      </button>
    </>
  )
}
