// Package crawl reads listings off web shops. A [Crawler] is a Source of listings: it starts from seeds (pages, search
// results, sitemaps, product feeds by address), follows links on the hosts of its seeds, and reads the products that pages
// describe in JSON-LD, microdata, OpenGraph, state that a page carries for its scripts, or at places that a [Profile] names.
//
// It obeys robots.txt by RFC 9309 and Crawl-delay, keeps a pace per host, waits as long as Retry-After asks, names itself
// and a contact, keeps no cookies and gets round no block: an answer of 401 or 403 is taken for a no. Connections to
// addresses that are not public are refused in the dialer.
//
// What was seen and what waits stands in one bbolt file. One transaction holds a page's end, its links and its listings, so
// that a crawl that is killed goes on where it was: no page that ended is asked for again and none is lost. A listing stays
// stored until the consumer has it (see [Config.Hold]). When the frontier is empty the run is complete, and the next one asks
// for known pages on condition that they changed; a page that did not gives the listings that it gave before.
//
// The frontier, the pace, the bounds and robots.txt are this package's own. colly makes the requests: it is called from a
// fixed number of workers, one request at a time each, on a transport that bounds headers, bodies and what they unpack to.
// A redirect is not followed inside a request but is a new address with its own turn, so that every request on the wire has
// its place in the pace and its look at robots.txt.
//
// Pages that need JavaScript are shown in a local Chromium when the configuration says so (see [Rendering]); the page's own
// requests then go through the same transport. Off by default.
//
// A [Visitor] reads single pages without a frontier, and a [Sealer] captures a page with its pictures and seals it as evidence:
// by its address, or when a finding reaches a level ([Sealing]).
package crawl
