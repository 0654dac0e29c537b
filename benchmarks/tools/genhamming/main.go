// Command genhamming writes the assembly of the Hamming search: hamming_amd64.s of matchers/core. Run it in
// benchmarks/tools:
//
//	go run ./genhamming -out ../../matchers/core/hamming_amd64.s
//
// A kernel compares one query with blocks of eight hashes and writes one byte per block: bit i is set when hash i lies
// within the radius. While it works, it asks for one line of memory per block at the given distance ahead, or for two per eight
// blocks where it takes eight at a time. Hashes of 256 bits are stored word by word, those of 64 bits are a block of one word.
// The callers are in hamming_amd64.go.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const wordBytes = 64 // eight hashes' share of one word

func main() {
	ConstraintExpr("!purego")
	bits()
	for _, words := range []int{4, 1} {
		kernel512(words)
		kernel2(words)
	}
	cpuid()
	xgetbv()
	Generate()
}

const signature = "func(blocks *uint64, n int, query *uint64, radius, ahead int, out *byte) (found byte)"

// arguments loads the arguments of a kernel.
func arguments() (blocks, n, query, radius, ahead, out GPVirtual) {
	return Load(Param("blocks"), GP64()).(GPVirtual), Load(Param("n"), GP64()).(GPVirtual),
		Load(Param("query"), GP64()).(GPVirtual), Load(Param("radius"), GP64()).(GPVirtual),
		Load(Param("ahead"), GP64()).(GPVirtual), Load(Param("out"), GP64()).(GPVirtual)
}

// name returns the name of a kernel for hashes of the given words.
func name(set string, words int) string {
	if words == 1 {
		return "masks64" + set
	}
	return "masks" + set
}

// kernel512 counts bits with VPOPCNTQ: one word of eight hashes at a time. Of hashes of one word, which take three
// instructions a block, eight blocks are compared between two jumps, and their masks are stored as one word.
func kernel512(words int) {
	TEXT(name("AVX512", words), NOSPLIT, signature)
	Doc(name("AVX512", words) + " needs AVX512F, AVX512BW and AVX512VPOPCNTDQ.")
	blocks, n, query, radius, ahead, out := arguments()
	q := make([]VecVirtual, words)
	for w := range q {
		q[w] = ZMM()
		VPBROADCASTQ(Mem{Base: query, Disp: 8 * w}, q[w])
	}
	limit := ZMM()
	VPBROADCASTQ(radius, limit)
	found, mask := GP64(), GP32()
	XORQ(found, found)
	if words == 1 {
		eightBlocks(blocks, n, ahead, out, found, q[0], limit)
	}
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	PREFETCHT1(Mem{Base: blocks, Index: ahead, Scale: 1})
	k := within(blocks, 0, q, limit)
	KMOVW(k, mask)
	MOVB(mask.As8(), Mem{Base: out})
	ORQ(mask.As64(), found)
	ADDQ(U32(words*wordBytes), blocks)
	INCQ(out)
	DECQ(n)
	JMP(LabelRef("loop"))
	Label("done")
	if words == 1 {
		folded := GP64()
		for _, half := range []int{32, 16, 8} {
			MOVQ(found, folded)
			SHRQ(U8(half), folded)
			ORQ(folded, found)
		}
	}
	VZEROUPPER()
	Store(found.As8(), ReturnIndex(0))
	RET()
}

// within compares the block at an offset with the query: its result has a bit for each hash within the limit.
func within(blocks GPVirtual, offset int, q []VecVirtual, limit VecVirtual) OpmaskVirtual {
	var sum VecVirtual
	for w := range q {
		x := ZMM()
		VPXORQ(Mem{Base: blocks, Disp: offset + w*wordBytes}, q[w], x)
		VPOPCNTQ(x, x)
		if w == 0 {
			sum = x
		} else {
			VPADDQ(x, sum, sum)
		}
	}
	k := K()
	VPCMPUQ(U8(2), limit, sum, k) // sum ≤ limit
	return k
}

// eightBlocks compares blocks of one word as long as there are eight.
func eightBlocks(blocks, n, ahead, out, found GPVirtual, q, limit VecVirtual) {
	masks := GP64()
	Label("eight")
	CMPQ(n, U8(8))
	JLT(LabelRef("loop"))
	var pairs [4]OpmaskVirtual
	PREFETCHT1(Mem{Base: blocks, Index: ahead, Scale: 1})
	PREFETCHT1(Mem{Base: blocks, Index: ahead, Scale: 1, Disp: wordBytes})
	for i := range pairs {
		low := within(blocks, 2*i*wordBytes, []VecVirtual{q}, limit)
		pairs[i] = within(blocks, (2*i+1)*wordBytes, []VecVirtual{q}, limit)
		KUNPCKBW(low, pairs[i], pairs[i])
	}
	KUNPCKWD(pairs[0], pairs[1], pairs[1])
	KUNPCKWD(pairs[2], pairs[3], pairs[3])
	KUNPCKDQ(pairs[1], pairs[3], pairs[3])
	KMOVQ(pairs[3], masks)
	MOVQ(masks, Mem{Base: out})
	ORQ(masks, found)
	ADDQ(U32(8*wordBytes), blocks)
	ADDQ(U8(8), out)
	SUBQ(U8(8), n)
	JMP(LabelRef("eight"))
}

// kernel2 counts bits with a table of nibbles. The bytes of all words are added before they are summed up: four times
// eight bits do not overflow a byte.
func kernel2(words int) {
	TEXT(name("AVX2", words), NOSPLIT, signature)
	Doc(name("AVX2", words) + " needs AVX2.")
	blocks, n, query, radius, ahead, out := arguments()
	q := make([]VecVirtual, words)
	for w := range q {
		q[w] = YMM()
		VPBROADCASTQ(Mem{Base: query, Disp: 8 * w}, q[w])
	}
	lut, low, zero, limit := YMM(), YMM(), YMM(), YMM()
	VMOVDQU(nibbleBits, lut)
	VPXOR(zero, zero, zero)
	x128 := XMM()
	fifteen := GP64()
	MOVQ(U64(0x0f0f0f0f0f0f0f0f), fifteen)
	MOVQ(fifteen, x128)
	VPBROADCASTQ(x128, low)
	MOVQ(radius, x128)
	VPBROADCASTQ(x128, limit)
	found, mask, high := GP32(), GP32(), GP32()
	XORL(found, found)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	PREFETCHT1(Mem{Base: blocks, Index: ahead, Scale: 1})
	for half, bits := range []GPVirtual{mask, high} {
		sum := YMM()
		for w := range q {
			x, nibbles, counts := YMM(), YMM(), YMM()
			VPXOR(Mem{Base: blocks, Disp: w*wordBytes + half*32}, q[w], x)
			VPAND(low, x, nibbles)
			VPSRLW(U8(4), x, x)
			VPAND(low, x, x)
			VPSHUFB(nibbles, lut, counts)
			VPSHUFB(x, lut, x)
			if w == 0 {
				VPADDB(counts, x, sum)
			} else {
				VPADDB(counts, sum, sum)
				VPADDB(x, sum, sum)
			}
		}
		VPSADBW(zero, sum, sum)
		VPCMPGTQ(limit, sum, sum) // beyond the radius
		VMOVMSKPD(sum, bits)
	}
	SHLL(U8(4), high)
	ORL(high, mask)
	XORL(U32(0xff), mask)
	MOVB(mask.As8(), Mem{Base: out})
	ORL(mask, found)
	ADDQ(U32(words*wordBytes), blocks)
	INCQ(out)
	DECQ(n)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	Store(found.As8(), ReturnIndex(0))
	RET()
}

// nibbleBits is the number of bits of each nibble, twice.
var nibbleBits Mem

func bits() {
	nibbleBits = GLOBL("nibbleBits", RODATA|NOPTR)
	for i := range 32 {
		n := 0
		for v := i % 16; v > 0; v &= v - 1 {
			n++
		}
		DATA(i, U8(n))
	}
}

func cpuid() {
	TEXT("cpuid", NOSPLIT, "func(leaf, sub uint32) (eax, ebx, ecx, edx uint32)")
	Doc("cpuid asks the processor what it can do.")
	Load(Param("leaf"), EAX)
	Load(Param("sub"), ECX)
	CPUID()
	Store(EAX, Return("eax"))
	Store(EBX, Return("ebx"))
	Store(ECX, Return("ecx"))
	Store(EDX, Return("edx"))
	RET()
}

func xgetbv() {
	TEXT("xgetbv", NOSPLIT, "func() (eax uint32)")
	Doc("xgetbv returns which registers the system saves.")
	XORL(ECX, ECX)
	XGETBV()
	Store(EAX, Return("eax"))
	RET()
}
