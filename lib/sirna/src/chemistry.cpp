#include "varhush/sirna/chemistry.hpp"

#include "varhush/core/error.hpp"

#include <array>

namespace varhush::sirna {

namespace {

/// Nucleoside 5'-monophosphate less water, ribose.
Formula residue(char base) {
    switch (base) {
        case 'A':
            return {.c = 10, .h = 12, .n = 5, .o = 6, .p = 1};
        case 'C':
            return {.c = 9, .h = 12, .n = 3, .o = 7, .p = 1};
        case 'G':
            return {.c = 10, .h = 12, .n = 5, .o = 7, .p = 1};
        case 'U':
            return {.c = 9, .h = 11, .n = 2, .o = 8, .p = 1};
        case 'T':  // 5-methyluridine
            return {.c = 10, .h = 13, .n = 2, .o = 8, .p = 1};
        default:
            VARHUSH_CHECK(false);
    }
}

/// What a sugar adds to ribose.
Formula difference(Sugar sugar) noexcept {
    switch (sugar) {
        case Sugar::kRibose:
            return {};
        case Sugar::kMethoxy:  // OH -> OCH3
            return {.c = 1, .h = 2};
        case Sugar::kFluoro:  // OH -> F
            return {.h = -1, .f = 1, .o = -1};
        case Sugar::kDeoxy:  // OH -> H
            return {.o = -1};
        case Sugar::kGlycol:  // C5H10O5 -> C3H8O3
            return {.c = -2, .h = -2, .o = -2};
        case Sugar::kUnlocked:  // no bond between 2' and 3'
            return {.h = 2};
    }
    return {};
}

constexpr Formula kWater{.h = 2, .o = 1};
constexpr Formula kPhosphate{.h = 1, .o = 3, .p = 1};  // OH -> OPO3H2
constexpr Formula kLessPhosphate{.h = -1, .o = -3, .p = -1};
constexpr Formula kVinyl{.c = 1, .h = 1, .o = 2, .p = 1};  // CH2OH -> CH=CH-PO3H2
constexpr Formula kThioate{.o = -1, .s = 1};
constexpr Formula kL96{.c = 78, .h = 138, .n = 11, .o = 33, .p = 1};

bool idt_knows(const ModifiedStrand& strand) noexcept {
    for (const Nucleotide& unit : strand.units) {
        if (unit.sugar == Sugar::kGlycol || unit.sugar == Sugar::kUnlocked) {
            return false;
        }
    }
    return !strand.l96 && strand.five != FivePrime::kVinylPhosphonate;
}

std::string idt_unit(const Nucleotide& unit, bool first, bool last) {
    if (unit.sugar == Sugar::kDeoxy) {
        return std::string(1, unit.base);
    }
    if (unit.sugar != Sugar::kFluoro) {
        return std::string{static_cast<char>(unit.sugar), unit.base};
    }
    std::string text = "/";
    text += first ? '5' : last ? '3' : 'i';
    return text.append("2F").append(1, unit.base).append("/");
}

void append_count(std::string& text, const char* element, long count) {
    if (count != 0) {
        text += element;
        text += count == 1 ? "" : std::to_string(count);
    }
}

}  // namespace

Formula& Formula::operator+=(const Formula& other) noexcept {
    c += other.c;
    h += other.h;
    f += other.f;
    n += other.n;
    o += other.o;
    p += other.p;
    s += other.s;
    return *this;
}

Formula formula_of(const ModifiedStrand& strand) {
    Formula sum = kWater;
    for (const Nucleotide& unit : strand.units) {
        sum += residue(unit.base);
        sum += difference(unit.sugar);
        if (unit.thioate) {
            sum += kThioate;
        }
    }
    // The first residue's phosphate is there only on request.
    if (strand.five != FivePrime::kPhosphate) {
        sum += kLessPhosphate;
    }
    if (strand.five == FivePrime::kVinylPhosphonate) {
        sum += kVinyl;
    }
    if (strand.l96) {
        sum += kL96;
    }
    return sum;
}

double molar_mass(const Formula& formula) noexcept {
    const std::array<std::pair<long, double>, 7> parts{{{formula.c, 12.011},
                                                        {formula.h, 1.008},
                                                        {formula.f, 18.998403},
                                                        {formula.n, 14.007},
                                                        {formula.o, 15.999},
                                                        {formula.p, 30.973762},
                                                        {formula.s, 32.06}}};
    double mass = 0;
    for (const auto& [count, weight] : parts) {
        mass += static_cast<double>(count) * weight;
    }
    return mass;
}

std::string to_text(const Formula& formula) {
    std::string text;
    append_count(text, "C", formula.c);
    append_count(text, "H", formula.h);
    append_count(text, "F", formula.f);
    append_count(text, "N", formula.n);
    append_count(text, "O", formula.o);
    append_count(text, "P", formula.p);
    append_count(text, "S", formula.s);
    return text;
}

std::string to_text(const ModifiedStrand& strand) {
    std::string text;
    if (strand.five != FivePrime::kHydroxyl) {
        text = strand.five == FivePrime::kPhosphate ? "p-" : "vp-";
    }
    for (const Nucleotide& unit : strand.units) {
        text += static_cast<char>(unit.sugar);
        text += unit.base;
        if (unit.thioate) {
            text += 's';
        }
    }
    return strand.l96 ? text + "-L96" : text;
}

std::string to_idt(const ModifiedStrand& strand) {
    if (!idt_knows(strand)) {
        return {};
    }
    std::string text = strand.five == FivePrime::kPhosphate ? "/5Phos/" : "";
    for (std::size_t i = 0; i < strand.units.size(); ++i) {
        const bool first = i == 0 && text.empty();
        text += idt_unit(strand.units[i], first, i + 1 == strand.units.size());
        if (strand.units[i].thioate) {
            text += '*';
        }
    }
    return text;
}

}  // namespace varhush::sirna
