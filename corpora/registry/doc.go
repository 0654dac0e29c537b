// Package registry reads rights: the simple table that anybody can write, and the formats that offices publish.
//
// Open reads files of any format. OpenTable reads the table. Its columns, of which only kind and one of text and images are required:
//
//	id kind text owner office number status classes markets filed registered expires goods aliases images locarno
//	disclaimer form flags link reference_price source
//
// Lists are separated by semicolons. kind is mark, design or work. An alias is "lang:text" or plain text. Images are
// paths below the folder of the table, http(s) or data: addresses. Dates are YYYY-MM-DD. The table is CSV or TSV of any
// dialect, the first sheet of a workbook that has such a heading, JSON Lines, a JSON array or Parquet; format, encoding, delimiter
// and compression are told by content.
//
// OpenOffice reads what offices publish: see Formats. Records are cut out of the file as plain bytes and parsed one by one,
// so that a broken one costs nothing else; 170 MB of USPTO daily XML take a second on one core.
//
// Every reader is a corpora.Source: a record that cannot be read is a *corpora.Problem beside what is known of the right,
// at least Origin and Row, and reading goes on with the next. Personal data of applicants is not read.
package registry
