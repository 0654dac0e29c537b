package ledger

import (
	"context"
	"errors"
	"testing"
)

// TestCancelled holds that a transaction whose context ends tells so, whatever the driver answers first, and stores nothing.
func TestCancelled(t *testing.T) {
	d := newDesk(t)
	for range 10 {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.update(ctx, func(x *tx) error {
			if _, err := x.do(`INSERT INTO meta (name, value) VALUES ('half', '1')`); err != nil {
				return err
			}
			cancel()
			for { // until the driver has rolled back and closed the statement
				if _, err := x.do(`INSERT INTO meta (name, value) VALUES ('half', '1')`); err != nil && !errors.Is(err, context.Canceled) {
					return err
				}
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("the error is %v, want that of the context", err)
		}
	}
	var n int
	if err := d.db.QueryRow(`SELECT count(*) FROM meta WHERE name = 'half'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows of a cancelled transaction, %v", n, err)
	}
}
