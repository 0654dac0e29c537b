package judge

// The codes of notes, a closed list: every one has a text in each language of the report. The comment names its
// arguments. "mark" is the sign as the right records it, "span" the words of the listing, "market" a market code.
const (
	// How the span equals or resembles the sign.
	NoteSameSign     = "same_sign"     // mark: equal but for case, width, accents and punctuation
	NoteScriptSign   = "script_sign"   // mark, span, folds: a list out of confusable, leet, hidden, spaced, joined, variant
	NoteNearSign     = "near_sign"     // mark, span, edits
	NoteSoundSign    = "sound_sign"    // mark, span
	NoteCompoundSign = "compound_sign" // mark, span, cover: percent of the sign that the span accounts for
	NoteAliasSign    = "alias_sign"    // mark, alias, language, source: the last two may be ""
	NoteMeaningSign  = "meaning_sign"  // mark, span

	// How a picture equals or resembles one of the right.
	NoteSamePicture    = "same_picture"    // distance: of 256
	NoteSimilarPicture = "similar_picture" // distance
	NotePictureLead    = "picture_lead"    // distance
	NotePartialPicture = "partial_picture" // inliers
	NoteLogoPicture    = "logo_picture"    // mark: the whole picture looks like the logo
	NoteLogoInPhoto    = "logo_in_photo"   // mark
	NoteShapeLead      = "shape_lead"      // a visual candidate for a design
	NoteShapeBroken    = "shape_broken"    // likewise, for a drawing with broken lines
	NotePictureEdited  = "picture_edited"  // edit: what was undone

	// How the listing uses the sign.
	NoteUseBrandField    = "use_brand_field"   // stands in the brand field
	NoteUseBrandFirst    = "use_brand_first"   // opens the title
	NoteUseBrandBy       = "use_brand_by"      // words: named as the maker
	NoteUseBrandText     = "use_brand_text"    // stands in the text without a word that explains it
	NoteUseBehindBrand   = "use_behind_brand"  // brand: behind the listing's own brand
	NoteUseSubject       = "use_subject"       // words
	NoteUseCompatibility = "use_compatibility" // words
	NoteUseAccessory     = "use_accessory"     // noun: of an accessory or a part of the sign's goods
	NoteUseAbout         = "use_about"         // words: a course or a book about the sign's goods
	NoteUseComparison    = "use_comparison"    // words
	NoteUseDescriptive   = "use_descriptive"   // words: the ordinary word in its ordinary meaning
	NoteUseIngredient    = "use_ingredient"    // words
	NoteUseResale        = "use_resale"        // words
	NoteUseCounterfeit   = "use_counterfeit"   // words
	NoteUseNegation      = "use_negation"      // words
	NoteUsePicture       = "use_picture"       //
	NoteUseSeller        = "use_seller"        // seller: in the seller's name
	NoteUseURL           = "use_url"           // in the shop's address
	NoteRepeated         = "repeated"          // count: how often the sign stands in the listing
	NoteAlsoInBrandField = "also_in_brand"     //

	// How the goods relate.
	NoteGoodsSame      = "goods_same"        // listing: the words classified
	NoteGoodsSimilar   = "goods_similar"     // listing
	NoteGoodsClass     = "goods_class"       // listing, class
	NoteGoodsRelated   = "goods_related"     // listing
	NoteGoodsUnrelated = "goods_unrelated"   // listing
	NoteGoodsUnknown   = "goods_unknown"     // of the listing
	NoteGoodsNotOnFile = "goods_not_on_file" // of the right

	// What the sign is.
	NoteInvented     = "invented_sign"     //
	NoteDistinctive  = "distinctive_sign"  //
	NoteOrdinaryWord = "ordinary_word"     // mark: a word of a dictionary
	NoteCommonWord   = "common_word"       // mark: frequent in product titles
	NotePlaceOrName  = "place_or_name"     // mark
	NoteManyOwners   = "many_owners"       // owners: hold this sign
	NoteCrowded      = "crowded_sign"      // neighbours: signs within its edit neighbourhood
	NoteFrequentHere = "background_word"   // percent: of the background's listings hold it
	NoteShortSign    = "short_sign"        // length
	NoteDisclaimed   = "disclaimed"        // words
	NoteFamous       = "famous_sign"       // source
	NoteEnforcedWord = "enforced_word"     // replacement: the ordinary words to use instead
	NoteCompanion    = "companion_found"   // words: a second sign of the work stands in the listing
	NoteNoCompanion  = "companion_missing" //
	NoteWordInDisuse = "span_is_word"      // span: itself an ordinary word
	NoteGenericPart  = "generic_part"      // span: only a generic part of the sign

	// What the right is on the day of the scan.
	NoteStatusLive       = "status_live"       //
	NoteStatusGrace      = "status_grace"      // expired, until: renewal open until then
	NoteStatusPending    = "status_pending"    //
	NoteStatusDead       = "status_dead"       //
	NoteStatusUnknown    = "status_unknown"    //
	NoteStatusUnverified = "status_unverified" // from a brand list, not from a register
	NoteStatusExpired    = "status_expired"    // expired
	NoteNationalRight    = "national_right"    // state: the right reaches EU by this member state alone
	NoteNoMarket         = "counts_nowhere"    // counts in none of the asked markets
	NoteRecorded         = "customs_recorded"  // recorded with customs
	NoteWatchedHolder    = "watched_holder"    //
	NoteExport           = "export_market"     // market

	// Rules that bound a grade.
	NoteDoubleIdentity = "double_identity"      // same sign, same or similar goods, used as a brand
	NoteFamousFake     = "famous_counterfeit"   // a famous sign beside a counterfeit word
	NoteFamousFloor    = "famous_reach"         // a famous sign reaches unrelated goods
	NoteRaise          = "raised"               // by: counterfeit, text, goods
	NoteCapUse         = "cap_use"              // use
	NoteFloorUse       = "floor_use"            // use
	NoteCapStatus      = "cap_status"           // status
	NoteCapGoods       = "cap_goods_unknown"    //
	NoteCapOrdinary    = "cap_ordinary_word"    //
	NoteCapUnrelated   = "cap_unrelated"        //
	NoteCapShort       = "cap_short_sign"       //
	NoteCapReading     = "cap_computed_reading" // a computed pinyin or transliteration
	NoteCapPicture     = "cap_picture"          // lane
	NoteFloorPicture   = "floor_picture"        // lane
	NoteCapWork        = "cap_no_companion"     //
	NoteCapNear        = "cap_not_same_sign"    //

	// How matches relate to each other.
	NoteCorroborated = "corroborated" // by: text, picture
	NoteOtherRights  = "other_rights" // count: of the same owner, office and sign
	NoteMoreRights   = "more_rights"  // count: rights of other owners that are not listed

	// Facts beside the sign.
	NotePriceBelow      = "price_below"      // price, reference, currency, percent: of the right's reference price
	NotePriceFarBelow   = "price_far_below"  // likewise, at most half: evidence for a counterfeit
	NoteSupplierOnFile  = "supplier_on_file" // supplier, until: "" for no end
	NoteSupplierExpired = "supplier_expired" // supplier, until
	NoteSupplierMissing = "supplier_missing" // supplier: "" when the listing names none

	// What would clear the match, cheapest first in a match.
	ClearCheckList     = "check_register"     // mark: the entry is from a list; look it up in a register
	ClearCheckStatus   = "check_status"       // office, number
	ClearNameGoods     = "name_goods"         // fill the category, so that goods can be compared
	ClearFillBrand     = "fill_brand"         // put the own brand into the brand field
	ClearReword        = "reword_compatible"  // mark, noun: say that the goods fit it
	ClearRemoveSpan    = "remove_span"        // span
	ClearRemoveClaim   = "remove_claim"       // words: of a counterfeit or comparison kind
	ClearReplaceWord   = "replace_word"       // span, replacement
	ClearMoveBrand     = "move_brand_first"   // name the own brand before the sign
	ClearReplacePic    = "replace_picture"    //
	ClearProveResale   = "prove_resale"       // market: invoices from the holder's chain, first sale where resale is lawful
	ClearLicence       = "licence_needed"     // market
	ClearPicLicence    = "picture_licence"    // market
	ClearIngredientDoc = "prove_ingredient"   // mark: a document of the supplier that the part is genuine
	ClearOwnRight      = "show_own_right"     // market
	ClearCounsel       = "ask_counsel"        //
	ClearStopFake      = "do_not_sell"        // a counterfeit word beside the sign: no document clears it
	ClearAsDescribed   = "keep_descriptive"   // keep the ordinary meaning plain
	ClearSellerName    = "change_seller_name" // span
)

// NoteCodes returns the closed list of note codes.
func NoteCodes() []string {
	return []string{
		NoteSameSign, NoteScriptSign, NoteNearSign, NoteSoundSign, NoteCompoundSign, NoteAliasSign, NoteMeaningSign,
		NoteSamePicture, NoteSimilarPicture, NotePictureLead, NotePartialPicture, NoteLogoPicture, NoteLogoInPhoto,
		NoteShapeLead, NoteShapeBroken, NotePictureEdited,
		NoteUseBrandField, NoteUseBrandFirst, NoteUseBrandBy, NoteUseBrandText, NoteUseBehindBrand, NoteUseSubject,
		NoteUseCompatibility, NoteUseAccessory, NoteUseAbout, NoteUseComparison, NoteUseDescriptive, NoteUseIngredient,
		NoteUseResale, NoteUseCounterfeit, NoteUseNegation, NoteUsePicture, NoteUseSeller, NoteUseURL, NoteRepeated,
		NoteAlsoInBrandField,
		NoteGoodsSame, NoteGoodsSimilar, NoteGoodsClass, NoteGoodsRelated, NoteGoodsUnrelated, NoteGoodsUnknown,
		NoteGoodsNotOnFile,
		NoteInvented, NoteDistinctive, NoteOrdinaryWord, NoteCommonWord, NotePlaceOrName, NoteManyOwners, NoteCrowded,
		NoteFrequentHere, NoteShortSign, NoteDisclaimed, NoteFamous, NoteEnforcedWord, NoteCompanion, NoteNoCompanion,
		NoteWordInDisuse, NoteGenericPart,
		NoteStatusLive, NoteStatusGrace, NoteStatusPending, NoteStatusDead, NoteStatusUnknown, NoteStatusUnverified,
		NoteStatusExpired, NoteNationalRight, NoteNoMarket, NoteRecorded, NoteWatchedHolder, NoteExport,
		NoteDoubleIdentity, NoteFamousFake, NoteFamousFloor, NoteRaise, NoteCapUse, NoteFloorUse, NoteCapStatus,
		NoteCapGoods, NoteCapOrdinary, NoteCapUnrelated, NoteCapShort, NoteCapReading, NoteCapPicture,
		NoteFloorPicture, NoteCapWork, NoteCapNear,
		NoteCorroborated, NoteOtherRights, NoteMoreRights,
		NotePriceBelow, NotePriceFarBelow, NoteSupplierOnFile, NoteSupplierExpired, NoteSupplierMissing,
		ClearCheckList, ClearCheckStatus, ClearNameGoods, ClearFillBrand, ClearReword, ClearRemoveSpan,
		ClearRemoveClaim, ClearReplaceWord, ClearMoveBrand, ClearReplacePic, ClearProveResale, ClearLicence,
		ClearPicLicence, ClearIngredientDoc, ClearOwnRight, ClearCounsel, ClearStopFake, ClearAsDescribed,
		ClearSellerName,
	}
}

// The names of pieces that add to a score. Those that bound it are "rule:", "floor:", "raise:" and "cap:" followed by a
// word of their own.
const (
	PieceSign      = "sign"      // how closely the span gives the sign back
	PieceDistinct  = "distinct"  // how much the sign points to one maker
	PieceGoods     = "goods"     // how the goods relate
	PieceUse       = "use"       // how the listing uses the sign
	PieceFame      = "fame"      //
	PiecePicture   = "picture"   // how closely the picture gives the right's back
	PieceOrdinary  = "ordinary"  // an ordinary word away from where brands stand; takes points off
	PieceExplained = "explained" // the span is a word of its own; takes points off
	PieceShort     = "short"     // a short sign away from where brands stand; takes points off
	PieceSupport   = "support"   // text and picture agree, or the sign is repeated
	PiecePrice     = "price"     // how far the price lies below the right's reference price; worth no points
)

// PieceNames returns the names of the pieces that add to a score.
func PieceNames() []string {
	return []string{
		PieceSign, PieceDistinct, PieceGoods, PieceUse, PieceFame, PiecePicture, PieceOrdinary, PieceExplained, PieceShort,
		PieceSupport, PiecePrice,
	}
}
