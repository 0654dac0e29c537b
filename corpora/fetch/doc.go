// Package fetch reads addresses that somebody else wrote, with bounds on everything: the address that is connected to, the
// number of redirects, the bytes and the time of an answer.
//
// A [Client] refuses private, loopback and other addresses that are not public at the moment of connecting, after name
// resolution and for each redirect, so that no name can be turned against the machine's own network. It uses no proxy, sends
// no cookies and decodes no compression. What it read is kept in a folder by the hash of its content, and an address is
// asked once per run.
//
// [Images] is a Source of listings whose pictures by address can be opened.
package fetch
