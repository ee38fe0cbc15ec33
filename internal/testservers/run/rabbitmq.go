package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"

	amqp "github.com/rabbitmq/amqp091-go"

	"keyward/internal/testservers"
)

// rabbitmq is a node of its own: name, cookie, plugins and ports are not the machine's, and all of it is on loopback.
// Its user stranger has adminUser's password and no rights.
var rabbitmq = kind{
	key: "rabbitmq", title: "RabbitMQ", env: testservers.RabbitMQEnv, pkg: "rabbitmq-server",
	programs: []string{"epmd", "rabbitmq-server"},
	folders:  []string{"/usr/lib/rabbitmq/bin", "/usr/lib/erlang/erts-*/bin"},
	users:    []string{"rabbitmq"},
	quit:     syscall.SIGKILL,
	prepare: func(at place) error {
		ctx := context.Background()
		names, err := freePort(ctx)
		if err != nil {
			return err
		}
		nodes, err := freePort(ctx)
		if err != nil {
			return err
		}
		people, err := rabbitmqPeople(at.password)
		if err != nil {
			return err
		}
		in := func(name string) string { return filepath.Join(at.dir, name) }
		config := fmt.Sprintf("listeners.tcp.1 = 127.0.0.1:%d\nload_definitions = %s\nlog.console = true\nlog.console.level = warning\n"+
			"log.file = false\nauth_mechanisms.1 = PLAIN\ndisk_free_limit.absolute = 1MB\n", at.port, in("people.json"))
		return errors.Join(
			writeFor(in("rabbitmq.conf"), config, at.dir),
			writeFor(in("people.json"), people, at.dir),
			writeFor(in("plugins"), "[].\n", at.dir),
			writeFor(in("serve.sh"), rabbitmqScript(at, names, nodes), at.dir),
		)
	},
	serve: func(at place) []string { return []string{"/bin/sh", filepath.Join(at.dir, "serve.sh")} },
	url: func(at place) string {
		return fmt.Sprintf("amqp://%s:%s@127.0.0.1:%d/", adminUser, at.password, at.port)
	},
	ping: func(_ context.Context, url string) error {
		conn, err := amqp.Dial(url)
		if err != nil {
			return err
		}
		return conn.Close()
	},
}

// rabbitmqScript starts the node in place of the shell, so that who ends the shell ends the node. Before, it starts what
// Erlang would start for good and for the whole machine, the daemon that knows the nodes' ports; that one dies with the
// node, as it is the node's child.
func rabbitmqScript(at place, names, nodes int) string {
	in := func(name string) string { return filepath.Join(at.dir, name) }
	return strings.Join([]string{
		"set -eu",
		fmt.Sprintf("export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=%d ERL_CRASH_DUMP=/dev/null", names),
		fmt.Sprintf("setpriv --pdeathsig KILL %s &", at.find("epmd")),
		"export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME=keyward@localhost RABBITMQ_LOGS=-",
		fmt.Sprintf("export RABBITMQ_DIST_PORT=%d RABBITMQ_CONFIG_FILE=%s RABBITMQ_ENABLED_PLUGINS_FILE=%s", nodes, in("rabbitmq.conf"), in("plugins")),
		fmt.Sprintf("export RABBITMQ_MNESIA_BASE=%s RABBITMQ_LOG_BASE=%[1]s RABBITMQ_GENERATED_CONFIG_DIR=%[1]s RABBITMQ_PID_FILE=%[1]s/pid "+
			"RABBITMQ_FEATURE_FLAGS_FILE=%[1]s/flags RABBITMQ_ADVANCED_CONFIG_FILE=%[1]s/none.config", in("data")),
		"export RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_START_ARGS=-noinput", // with both, its script execs Erlang
		"export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'",
		"exec " + at.find("rabbitmq-server"),
		"",
	}, "\n")
}

// rabbitmqPeople are the users and virtual hosts that the node begins with
// (https://www.rabbitmq.com/docs/definitions, https://www.rabbitmq.com/docs/passwords).
func rabbitmqPeople(password string) (string, error) {
	type object = map[string]any
	salt := "kywd" // four bytes; nobody gets to see it
	digest := sha256.Sum256([]byte(salt + password))
	user := func(name, tags string) object {
		return object{
			"name": name, "tags": tags, "hashing_algorithm": "rabbit_password_hashing_sha256",
			"password_hash": base64.StdEncoding.EncodeToString(append([]byte(salt), digest[:]...)),
		}
	}
	text, err := json.Marshal(object{
		"users":       []object{user(adminUser, "administrator"), user("stranger", "")},
		"vhosts":      []object{{"name": "/"}, {"name": "orders/eu"}},
		"permissions": []object{{"user": adminUser, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}, {"user": adminUser, "vhost": "orders/eu", "configure": ".*", "write": ".*", "read": ".*"}},
	})
	return string(text), err
}
