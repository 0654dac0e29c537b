package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// bundleReadme tells whoever is handed a bundle how to check it without this program.
const bundleReadme = `Evidence bundle

captures/ID/manifest.json  what was captured, when, by whom, with the SHA-256 of every item and of its parts
captures/ID/capture.warc   requests and answers, WARC 1.1 (ISO 28500)
captures/ID/record.jsonl   the listing as it was read; finding.jsonl: what was found in it
captures/ID/tls/           certificates that the server showed
stamps/                    RFC 3161 time stamps over manifest.json
log.jsonl                  hash-chained log; entries about other matters are there by their hash alone
export.json                why and for whom this bundle was made, personal data found, parts removed

Check the files:           sha256sum -c SHA256SUMS
Check a time stamp:        openssl ts -verify -data captures/ID/manifest.json -in stamps/ID.….tsr -CAfile AUTHORITY.pem
Check everything:          lookalike evidence verify BUNDLE.zip

A removed part is named in export.json; its hash stands in the manifest. A file of which parts were removed has another hash
than the manifest says, each of its remaining parts has the same.

证据包说明：SHA256SUMS 用于核对文件；stamps/ 为对 manifest.json 的可信时间戳；log.jsonl 为链式日志；export.json 记载用途、接收方、
个人信息清单及已移除部分（其哈希值保留在 manifest.json 中）。全部核验：lookalike evidence verify BUNDLE.zip
`

// write adds SHA256SUMS and writes the archive. Each item is held against its manifest once more on the way.
func (b *bundler) write(ctx context.Context, w io.Writer) error {
	slices.Sort(b.names)
	open := func(name string) (io.ReadCloser, error) {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		return b.open[name]()
	}
	sums, err := sumsOf(b.names, open)
	if err != nil {
		return err
	}
	b.bytes(sumsFile, sums)
	slices.Sort(b.names)
	return writeZip(w, b.names, b.sizes, open)
}

// sumsOf makes what sha256sum -c reads, of files in their order.
func sumsOf(names []string, open func(string) (io.ReadCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	for _, n := range names {
		r, err := open(n)
		if err != nil {
			return nil, err
		}
		h := sha256.New()
		_, err = io.Copy(h, r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "%s  %s\n", hexSum(h), n)
	}
	return out.Bytes(), nil
}

// firstDay is 1980-01-01 as archives write days: a bundle does not depend on when it was written.
const firstDay = 1<<5 | 1

// writeZip writes files into an archive, uncompressed and in the order of their names, so that equal files give equal bytes.
func writeZip(w io.Writer, names []string, sizes map[string]int64, open func(string) (io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	for _, n := range names {
		crc, err := crcOf(n, sizes[n], open)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{
			Name: n, Method: zip.Store, CRC32: crc, CompressedSize64: uint64(sizes[n]), UncompressedSize64: uint64(sizes[n]),
			CreatorVersion: 3<<8 | 20, ReaderVersion: 20, Flags: 0x800, ExternalAttrs: 0o100444 << 16,
		}
		//lint:ignore SA1019 Modified would add the time of the machine's zone to each file.
		h.ModifiedDate = firstDay
		f, err := z.CreateRaw(h)
		if err != nil {
			return err
		}
		r, err := open(n)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
	return z.Close()
}

func crcOf(name string, size int64, open func(string) (io.ReadCloser, error)) (uint32, error) {
	r, err := open(name)
	if err != nil {
		return 0, err
	}
	h := crc32.NewIEEE()
	n, err := io.Copy(h, r)
	if err == nil && n != size {
		err = fmt.Errorf("%w: %s has %d bytes and not %d", ErrDamaged, name, n, size)
	}
	return h.Sum32(), errors.Join(err, r.Close())
}

// export reads what a bundle says of itself, and holds it against the log and its sums.
func (v *verifier) export() {
	v.known[exportFile], v.known[readmeFile], v.known[sumsFile] = true, true, true
	b, err := v.files.read(exportFile, maxManifest)
	if err != nil {
		v.absent(exportFile, err)
		return
	}
	if v.last == nil || v.last.Kind != EventExport || v.last.SHA256 != sum(b) {
		v.issue(IssueChanged, exportFile, "the log's last entry is not about it")
	}
	x := new(Export)
	if err := decodeCanonical(b, x); err != nil {
		v.issue(IssueChanged, exportFile, "%v", err)
		return
	}
	if x.Format != formatExport || x.Version != formatVersion {
		v.issue(IssueChanged, exportFile, "format %q version %d", x.Format, x.Version)
		return
	}
	v.r.Export = x
	if h, ok := v.heads[x.Before.Seq]; !ok || h != x.Before.Hash || x.Before.Seq+1 != v.r.Head.Seq {
		v.issue(IssueChanged, exportFile, "the log is not the one that it was made from")
	}
	if readme, err := v.files.read(readmeFile, 1<<20); err != nil {
		v.absent(readmeFile, err)
	} else if sum(readme) != x.Readme {
		v.issue(IssueChanged, readmeFile, "")
	}
	for _, id := range x.Captures {
		if st := v.states[id]; st == nil || st.deleted {
			v.issue(IssueMissing, captureDir+"/"+id, "the log has no such capture")
		}
	}
	v.sums()
}

// sums holds SHA256SUMS against the files.
func (v *verifier) sums() {
	have, err := v.files.read(sumsFile, maxManifest)
	if err != nil {
		v.absent(sumsFile, err)
		return
	}
	names := slices.DeleteFunc(slices.Clone(v.files.names), func(n string) bool { return n == sumsFile })
	want, err := sumsOf(names, v.files.open)
	if err != nil {
		v.issue(IssueUnread, sumsFile, "%v", err)
		return
	}
	if !bytes.Equal(have, want) {
		v.issue(IssueChanged, sumsFile, "it lists other files or other hashes")
	}
}

// removed returns what the export says was taken off an item, as far as the manifest agrees.
func (v *verifier) removed(id string, it *Item) []Removal {
	if v.r.Export == nil {
		return nil
	}
	if v.gone == nil {
		v.gone = map[string][]Removal{}
		for _, r := range v.r.Export.Removed {
			v.gone[r.Capture+"/"+r.Item] = append(v.gone[r.Capture+"/"+r.Item], r)
		}
	}
	var gone []Removal
	for _, r := range v.gone[id+"/"+it.Name] {
		if r.Part < wholeItem || r.Part >= len(it.Parts) || r != it.removal(id, r.Part, r.Reason) {
			v.issue(IssueChanged, exportFile, "it removes %s#%d of %s, which the manifest does not have like that", r.Item, r.Part, id)
			continue
		}
		gone = append(gone, r)
	}
	return gone
}
