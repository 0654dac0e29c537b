package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLedgerGC holds that a listing that was last seen more than three years ago is deleted from ledger and index, with the
// captures of pages without a finding, unless a hold or an undecided lead keeps it; and that a dry run deletes nothing.
func TestLedgerGC(t *testing.T) {
	dir := watchFolder(t, watchOfFeed)
	clock := time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)
	at := func(args ...string) (int, string, string) {
		t.Helper()
		env, out, errs := testEnvironment(nil)
		env.now = func() time.Time { return clock }
		code := run(t.Context(), env, append([]string{"--data", filepath.Join(dir, "data")}, args...))
		return code, out.String(), errs.String()
	}
	night := func(rows string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "shop.csv"), []byte("id,title,category,seller\n"+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := at("monitor", "run", "--watches", filepath.Join(dir, "monitor.yaml")); code != exitClean && code != exitFindings {
			t.Fatalf("%d %s", code, stderr)
		}
	}
	night("1,Quobble bowl of stoneware,Bowls,Alpha\n2,Plain bowl of stoneware,Bowls,Alpha\n3,Held bowl of stoneware,Bowls,Alpha\n4,Bowl that stays,Bowls,Alpha\n")
	if code, _, stderr := at("ledger", "hold", "3", "--name", "case", "--by", "Jo", "--reason", "lawsuit"); code != exitClean {
		t.Fatal(stderr)
	}
	clock = clock.AddDate(0, 0, 1)
	night("4,Bowl that stays,Bowls,Alpha\n")
	clock = clock.AddDate(2, 0, 0)
	if code, stdout, stderr := at("ledger", "gc", "--dry-run"); code != exitClean || strings.Contains(stdout, "bowl") {
		t.Errorf("after two years: %d %s%s", code, stdout, stderr)
	}
	clock = clock.AddDate(2, 0, 0)
	for range 2 {
		if code, stdout, _ := at("ledger", "gc", "--dry-run"); code != exitClean || !strings.Contains(stdout, "would delete") || strings.Count(stdout, "bowl") != 1 || !strings.Contains(stdout, "Plain bowl") {
			t.Errorf("after four years: %d %s", code, stdout)
		}
	}
	if code, stdout, stderr := at("ledger", "gc", "--by", "Jo", "--reason", "time is over"); code != exitClean || !strings.Contains(stdout, "Plain bowl") {
		t.Errorf("%d %s%s", code, stdout, stderr)
	}
	if _, stdout, _ := at("index", "search", "bowl"); strings.Contains(stdout, "Plain") || !strings.Contains(stdout, "Held") || !strings.Contains(stdout, "Quobble") {
		t.Errorf("the index finds %s", stdout)
	}
	if code, _, _ := at("ledger", "history", "2"); code != exitUsage {
		t.Errorf("the ledger still knows it: %d", code)
	}
	if _, stdout, _ := at("ledger", "events"); !strings.Contains(stdout, `"type":"data.deleted"`) || strings.Contains(stdout, "Plain bowl") {
		t.Errorf("events: %s", stdout)
	}
}
