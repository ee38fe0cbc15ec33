package config

import (
	"errors"
)

// Keys are the commands for the operator's keys.
type Keys struct {
	Rotate Rotate `cmd:"" help:"Give every workspace a new key and seal every credential with it. Gateways may go on working meanwhile. It may be stopped at any moment; run again, it goes on where it was."`
	Rewrap Rewrap `cmd:"" help:"Move to another key-encryption key: wrap every workspace's keys with it, all or none. No credential is sealed anew. Then start every gateway with the new key."`
}

// Rewrap says which key to move to.
type Rewrap struct {
	Database
	NewKey string `name:"new-key" env:"KEYWARD_NEW_KEY" required:"" placeholder:"URI" help:"The key to move to, written as for --key. A file that does not exist is made, with mode 0600."`
}

// Rotate says how to rotate.
type Rotate struct {
	Database
	DropOld bool `name:"drop-old" env:"KEYWARD_DROP_OLD" help:"Then forget the older keys: what they sealed, in older backups too, never opens again with the keys of this database."`
	Batch   int  `env:"KEYWARD_BATCH" default:"50" placeholder:"N" help:"How many credentials to seal in one transaction, 1 to 1000 (${default})."`
}

func (r *Rotate) check() error {
	if r.Batch < 1 || r.Batch > 1000 {
		return errors.New("--batch must be from 1 to 1000")
	}
	return r.Database.check()
}
