import { type FormEvent, useEffect, useRef, useState } from 'react'
import { signInPath, signOut } from '../api/session'
import logo from '../keyward.svg'
import { type Connection, connect, resume } from './api'

interface Props {
  connection: Connection | undefined
  problem: string // of the session that was found
  onChange: (connection: Connection | undefined) => void
}

export function Bar({ connection, problem, onChange }: Props) {
  return (
    <header className="bar">
      <h1 className="brand">
        <a href="/">
          <img src={logo} alt="" width="22" height="22" />
          Keyward
        </a>
        <span>GraphiQL</span>
      </h1>
      {!connection ? (
        <TokenForm problem={problem} onConnect={onChange} />
      ) : connection.token ? (
        <Connected connection={connection} onDisconnect={() => onChange(undefined)} />
      ) : (
        <SignedIn connection={connection} onChange={onChange} />
      )}
    </header>
  )
}

interface TokenFormProps {
  problem: string
  onConnect: (connection: Connection) => void
}

function TokenForm({ problem: before, onConnect }: TokenFormProps) {
  const [token, setToken] = useState('')
  const [own, setProblem] = useState('')
  const [asking, setAsking] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const problem = own || before

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
          aria-invalid={own !== ''}
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
      <a className="sign-in" href={signInPath()}>
        Sign in
      </a>
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

/** Somebody with a session. They keep it when they leave this page, unless they sign out. */
function SignedIn({ connection, onChange }: { connection: Connection; onChange: Props['onChange'] }) {
  const { name, role, workspace, workspaces } = connection.viewer
  const [problem, setProblem] = useState('')

  async function choose(id: string) {
    const chosen = await resume(id)
    if (typeof chosen === 'string') return setProblem(chosen)
    setProblem('')
    history.replaceState(null, '', `?${new URLSearchParams({ workspace: id })}`) // so that loading again stays here
    onChange(chosen)
  }

  async function leave() {
    if (await signOut()) onChange(undefined)
    else setProblem('Signing out did not work. Try again.')
  }

  return (
    <>
      <p id="connected-as" className={problem ? 'note problem' : 'note connected'} role="status">
        {problem || `Signed in as ${name}, ${role} in ${workspace.name}`}
      </p>
      {workspaces.length > 1 && (
        <select aria-label="Workspace" value={workspace.id} onChange={(event) => void choose(event.target.value)}>
          {workspaces.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      )}
      <button type="button" className="quiet" aria-describedby="connected-as" onClick={() => onChange(undefined)}>
        Use a token
      </button>
      <button type="button" className="quiet" aria-describedby="connected-as" onClick={() => void leave()}>
        Sign out
      </button>
    </>
  )
}
