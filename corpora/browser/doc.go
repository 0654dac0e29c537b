// Package browser shows a page in a local Chromium, for pages whose content scripts make and for pictures of how a page looks.
//
// [Render] starts a process for one page, drives it and ends it; nothing passes from one page to the next. The page has no
// network: every request is held up and handed to a function of the caller, which fetches it on its own terms (address check,
// bounds, robots.txt) and whose answer Chromium is given. What could not be held up, such as web sockets, runs into a proxy
// that closes every connection and counts it. Names are not resolved by Chromium. Requests other than GET are refused, dialogs
// and downloads too.
//
// Time, number and bytes of answers, size of the page, memory of the scripts and, on Linux, of all processes are bounded
// ([Options]). As root Chromium runs without its sandbox, since it refuses to start otherwise: pages of strangers are better
// rendered by an ordinary user.
//
// Chromium is driven with the few messages of the DevTools protocol that this needs, over a pipe (--remote-debugging-pipe): no
// port is open that a page or another user of the machine could reach. chromedp does the same over a web socket; measured with
// v0.14.2 on linux/amd64 it adds 1.95 MB and six modules to the stripped command (44.99 to 46.93 MB), which every user would
// carry for what few turn on. The pipe needs descriptors 3 and 4, which Go passes on to children on Unix alone: on Windows
// there is no rendering.
package browser
