package evaljudge

import "strings"

// classesOfKind are Nice classes of what the names of a map's category sell, by "key/value" or by the key alone. A shop
// holds its mark for retail (35) and for goods of its own; a café for serving food, a bank for finance.
var classesOfKind = map[string][]uint8{
	"amenity": {41, 45}, "amenity/atm": {36}, "amenity/bank": {36}, "amenity/bar": {43}, "amenity/bicycle_rental": {39},
	"amenity/bureau_de_change": {36}, "amenity/cafe": {30, 43}, "amenity/car_rental": {39}, "amenity/car_sharing": {39},
	"amenity/car_wash": {37}, "amenity/charging_station": {37, 39}, "amenity/childcare": {43}, "amenity/cinema": {41},
	"amenity/clinic": {44}, "amenity/dentist": {44}, "amenity/doctors": {44}, "amenity/fast_food": {43},
	"amenity/fuel": {4, 37}, "amenity/hospital": {44}, "amenity/ice_cream": {30, 43}, "amenity/money_transfer": {36},
	"amenity/parcel_locker": {39}, "amenity/parking": {39}, "amenity/payment_centre": {36}, "amenity/payment_terminal": {36},
	"amenity/pharmacy": {5, 35}, "amenity/post_office": {39}, "amenity/post_depot": {39}, "amenity/pub": {43},
	"amenity/recycling": {40}, "amenity/restaurant": {43}, "amenity/vehicle_inspection": {42}, "amenity/vending_machine": {35},
	"amenity/veterinary": {44},
	"advertising":        {35}, "club": {41}, "craft": {37}, "craft/signmaker": {35}, "emergency": {39}, "healthcare": {44},
	"highway": {43}, "landuse": {36}, "leisure": {41}, "man_made": {37, 39}, "office": {35}, "office/insurance": {36},
	"office/estate_agent": {36}, "office/financial": {36}, "office/financial_advisor": {36}, "office/mortgage": {36},
	"office/government": {45}, "office/lawyer": {45}, "office/telecommunication": {38}, "office/logistics": {39},
	"office/moving_company": {39}, "office/it": {42}, "office/engineer": {42},
	"tourism": {41, 43}, "tourism/theme_park": {41}, "waterway/fuel": {4, 37},
	"shop": {35}, "shop/agrarian": {31, 35}, "shop/alcohol": {33, 35}, "shop/anime": {16, 35}, "shop/appliance": {11, 35},
	"shop/art": {16, 35}, "shop/baby_goods": {12, 25, 35}, "shop/bag": {18}, "shop/bakery": {30}, "shop/bathroom_furnishing": {11},
	"shop/beauty": {44}, "shop/bed": {20, 35}, "shop/beverages": {32, 35}, "shop/bicycle": {12, 35}, "shop/boat": {12, 35},
	"shop/bookmaker": {41}, "shop/books": {16, 35}, "shop/butcher": {29}, "shop/camera": {9, 35}, "shop/candles": {4},
	"shop/cannabis": {34, 35}, "shop/car": {12, 35}, "shop/car_parts": {12, 35}, "shop/car_repair": {37}, "shop/carpet": {27, 35},
	"shop/charity": {35, 36}, "shop/cheese": {29}, "shop/chemist": {3, 5, 35}, "shop/chocolate": {30}, "shop/clothes": {25},
	"shop/coffee": {30}, "shop/computer": {9, 35}, "shop/confectionery": {30}, "shop/convenience": {35}, "shop/copyshop": {40},
	"shop/cosmetics": {3}, "shop/curtain": {24, 35}, "shop/dairy": {29}, "shop/deli": {29, 30}, "shop/department_store": {35},
	"shop/doityourself": {8, 35}, "shop/doors": {19}, "shop/dry_cleaning": {37}, "shop/e-cigarette": {34},
	"shop/electrical": {9, 35}, "shop/electronics": {9, 35}, "shop/erotic": {10, 35}, "shop/fabric": {24},
	"shop/fashion_accessories": {14, 18}, "shop/fishing": {28}, "shop/flooring": {19, 27}, "shop/florist": {31},
	"shop/frozen_food": {29, 30}, "shop/funeral_directors": {45}, "shop/furniture": {20, 35}, "shop/games": {28},
	"shop/garden_centre": {31, 35}, "shop/gas": {4}, "shop/hairdresser": {44}, "shop/hairdresser_supply": {3, 35},
	"shop/hardware": {6, 8, 35}, "shop/health_food": {5, 35}, "shop/hearing_aids": {10, 44}, "shop/herbalist": {5},
	"shop/hifi": {9}, "shop/household_linen": {24}, "shop/houseware": {21, 35}, "shop/interior_decoration": {20, 35},
	"shop/jewelry": {14}, "shop/kitchen": {20}, "shop/laundry": {37}, "shop/leather": {18}, "shop/lighting": {11},
	"shop/locksmith": {6, 37}, "shop/massage": {44}, "shop/medical_supply": {10, 35}, "shop/mobile_phone": {9, 35},
	"shop/mobile_phone_accessories": {9}, "shop/model": {28}, "shop/money_lender": {36}, "shop/motorcycle": {12, 35},
	"shop/motorcycle_repair": {37}, "shop/music": {9, 15}, "shop/musical_instrument": {15}, "shop/nutrition_supplements": {5},
	"shop/nuts": {29}, "shop/optician": {9, 44}, "shop/outdoor": {22, 25, 35}, "shop/paint": {2}, "shop/pastry": {30},
	"shop/pawnbroker": {36}, "shop/perfumery": {3}, "shop/pet": {31, 35}, "shop/photo": {9, 40}, "shop/printer_ink": {2},
	"shop/rental": {39}, "shop/seafood": {29}, "shop/shoes": {25}, "shop/sports": {25, 28, 35}, "shop/stationery": {16},
	"shop/storage_rental": {39}, "shop/swimming_pool": {11}, "shop/tea": {30}, "shop/telecommunication": {38}, "shop/tiles": {19},
	"shop/tobacco": {34}, "shop/toys": {28}, "shop/trade": {19, 35}, "shop/travel_agency": {39}, "shop/truck": {12},
	"shop/truck_repair": {37}, "shop/tyres": {12, 37}, "shop/vacuum_cleaner": {7}, "shop/video": {9}, "shop/video_games": {9, 28},
	"shop/watches": {14}, "shop/window_blind": {20}, "shop/wine": {33},
}

// classesOf returns the Nice classes of a category of a name, none for an unknown one.
func classesOf(category string) []uint8 {
	if cs, ok := classesOfKind[category]; ok {
		return cs
	}
	key, _, _ := strings.Cut(category, "/")
	return classesOfKind[key]
}
