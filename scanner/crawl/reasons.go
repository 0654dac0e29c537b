package crawl

import "strings"

// Reasons returns the closed list of words with which reports say why a page or a host was not read. A reason may have a second
// part behind ": ", which is a further word or a text.
func Reasons() []string {
	return []string{
		ReasonPrivate, ReasonTimeout, ReasonTLS, ReasonName, ReasonConnection, ReasonHeader, ReasonTooLong, ReasonRatio, ReasonShort, ReasonEncoding, ReasonStatus,
		"redirect", "redirect_loop", "content_type", "address", "sitemap", "sitemap_cut", "links_cut", "feed", "html", "render", "fault", "robots_unreachable",
		"crawl_delay", "retry_after", "refusals", "budget",
	}
}

// SplitReason parts a reason into its word and the rest.
func SplitReason(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, ": ")
	return word, rest
}
