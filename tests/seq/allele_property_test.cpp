// Properties of the normaliser over random references and random spellings, and a comparison with
// the real bcftools.

#include "varhush/seq/allele.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

namespace varhush::seq {
namespace {

struct Spelling {
    std::int64_t position = 0;
    std::string ref;
    std::string alt;
};

std::string haplotype(const std::string& bases, const Spelling& spelling) {
    std::string changed = bases;
    changed.replace(static_cast<std::size_t>(spelling.position), spelling.ref.size(), spelling.alt);
    return changed;
}

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}

    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(engine_);
    }

    std::string bases(std::int64_t length, std::int64_t letters = 4) {
        std::string result;
        for (std::int64_t i = 0; i < length; ++i) {
            result += "ACGT"[below(letters)];
        }
        return result;
    }

    /// Pieces of plain sequence, homopolymers and short tandem repeats.
    std::string repetitive(std::int64_t length) {
        std::string result;
        while (static_cast<std::int64_t>(result.size()) < length) {
            const std::string unit = bases(1 + below(4));
            for (std::int64_t i = 1 + below(8); i > 0; --i) {
                result += unit;
            }
        }
        result.resize(static_cast<std::size_t>(length));
        return result;
    }

    std::string any_case(std::string text) {
        for (char& letter : text) {
            if (below(3) == 0) {
                letter = static_cast<char>(letter - 'A' + 'a');
            }
        }
        return text;
    }

  private:
    std::mt19937 engine_;
};

/// A random record that changes something; never an empty REF or ALT.
Spelling random_record(Random& random, const std::string& bases) {
    const auto length = static_cast<std::int64_t>(bases.size());
    Spelling spelling;
    do {
        spelling.position = random.below(length);
        const std::int64_t ref_bp =
            1 + random.below(std::min<std::int64_t>(random.below(3) == 0 ? 12 : 3,
                                                    length - spelling.position));
        spelling.ref = bases.substr(static_cast<std::size_t>(spelling.position),
                                    static_cast<std::size_t>(ref_bp));
        const std::int64_t kind = random.below(3);
        spelling.alt =
            kind == 0   ? random.bases(1 + random.below(6))
            : kind == 1 ? spelling.ref.substr(0, 1)  // deletion, or nothing
                        : spelling.ref +
                              spelling.ref.substr(static_cast<std::size_t>(random.below(ref_bp)));
    } while (spelling.alt == spelling.ref);
    return spelling;
}

/// Another spelling of the same haplotype: all changes of the text that leave it as it is.
Spelling respell(Random& random, const std::string& bases, Spelling spelling) {
    const auto length = static_cast<std::int64_t>(bases.size());
    for (std::int64_t step = random.below(30); step > 0; --step) {
        const std::int64_t end = spelling.position + static_cast<std::int64_t>(spelling.ref.size());
        switch (random.below(4)) {
            case 0:  // pad in front
                if (spelling.position > 0) {
                    const char base = bases[static_cast<std::size_t>(--spelling.position)];
                    spelling.ref.insert(0, 1, base);
                    spelling.alt.insert(0, 1, base);
                }
                break;
            case 1:  // pad behind
                if (end < length) {
                    spelling.ref += bases[static_cast<std::size_t>(end)];
                    spelling.alt += bases[static_cast<std::size_t>(end)];
                }
                break;
            case 2:  // trim in front; with case 1 this moves an indel to the right
                if (std::min(spelling.ref.size(), spelling.alt.size()) > 1 &&
                    spelling.ref.front() == spelling.alt.front()) {
                    spelling.ref.erase(0, 1);
                    spelling.alt.erase(0, 1);
                    ++spelling.position;
                }
                break;
            default:  // trim behind; with case 0 this moves it to the left
                if (std::min(spelling.ref.size(), spelling.alt.size()) > 1 &&
                    spelling.ref.back() == spelling.alt.back()) {
                    spelling.ref.pop_back();
                    spelling.alt.pop_back();
                }
        }
    }
    return spelling;
}

Change change_of(const StringReference& reference, const Spelling& spelling) {
    const auto result = normalise(reference, "c", spelling.position, spelling.ref, spelling.alt);
    if (std::holds_alternative<AlleleStatus>(result)) {
        throw std::runtime_error(std::string(status_text(std::get<AlleleStatus>(result))));
    }
    return std::get<Change>(result);
}

StringReference reference_of(const std::string& bases) {
    StringReference reference;
    reference.add("c", bases);
    return reference;
}

TEST(NormaliseProperty, EverySpellingOfAHaplotypeIsTheSameChange) {
    Random random(20240611);
    for (int round = 0; round < 3000; ++round) {
        const std::string bases = round % 2 == 0 ? random.repetitive(40) : random.bases(30, 2);
        const StringReference reference = reference_of(bases);
        const Spelling original = random_record(random, bases);
        const Change expected = change_of(reference, original);
        for (int i = 0; i < 5; ++i) {
            Spelling other = respell(random, bases, original);
            ASSERT_EQ(haplotype(bases, other), haplotype(bases, original));  // the test's own rule
            other.ref = random.any_case(other.ref);
            other.alt = random.any_case(other.alt);
            ASSERT_EQ(change_of(reference, other), expected)
                << bases << ' ' << other.position << ' ' << other.ref << '>' << other.alt;
        }
    }
}

TEST(NormaliseProperty, AllRecordsWithTheSameHaplotypeAgreeAndOthersDiffer) {
    // Exhaustive on a short reference: the change is a function of the haplotype, and one to one.
    for (const std::string bases : {"AAAAA", "ACACA", "AACAA", "CAACG"}) {
        const StringReference reference = reference_of(bases);
        std::map<std::string, Change> seen;
        std::map<std::string, std::string> back;
        std::vector<std::string> alts{"A", "C"};
        for (std::size_t i = 0; alts[i].size() < 4; ++i) {
            alts.push_back(alts[i] + "A");
            alts.push_back(alts[i] + "C");
        }
        for (std::size_t start = 0; start < bases.size(); ++start) {
            for (std::size_t size = 1; start + size <= bases.size(); ++size) {
                for (const std::string& alt : alts) {
                    const Spelling record{
                        static_cast<std::int64_t>(start), bases.substr(start, size), alt};
                    if (record.ref == alt) {
                        continue;
                    }
                    const Change change = change_of(reference, record);
                    const std::string result = haplotype(bases, record);
                    EXPECT_EQ(seen.emplace(result, change).first->second, change)
                        << bases << ' ' << start << record.ref << '>' << alt;
                    const std::string key =
                        std::to_string(change.start) + change.ref + '>' + change.alt;
                    EXPECT_EQ(back.emplace(key, result).first->second, result);
                }
            }
        }
        EXPECT_GT(seen.size(), 50U);
    }
}

TEST(NormaliseProperty, TheChangeMakesTheSameHaplotypeAndIsItsOwnNormalForm) {
    Random random(99);
    for (int round = 0; round < 5000; ++round) {
        const std::string bases = random.repetitive(60);
        const StringReference reference = reference_of(bases);
        const Spelling record = random_record(random, bases);
        const Change change = change_of(reference, record);
        const Spelling minimal{change.start, change.ref, change.alt};
        ASSERT_EQ(haplotype(bases, minimal), haplotype(bases, record));
        ASSERT_EQ(change_of(reference, minimal), change);
        if (!change.ref.empty() && !change.alt.empty()) {
            EXPECT_NE(change.ref.front(), change.alt.front());
            EXPECT_NE(change.ref.back(), change.alt.back());
        }
    }
}

TEST(NormaliseProperty, JoiningIntoAMultiallelicRecordChangesNothing) {
    Random random(4);
    for (int round = 0; round < 2000; ++round) {
        const std::string bases = random.repetitive(50);
        const StringReference reference = reference_of(bases);
        const Spelling a = random_record(random, bases);
        const Spelling b = random_record(random, bases);
        // The joined record covers both, as bcftools norm -m+ writes it.
        const std::int64_t start = std::min(a.position, b.position);
        const auto end_of = [](const Spelling& s) {
            return s.position + static_cast<std::int64_t>(s.ref.size());
        };
        const std::int64_t end = std::max(end_of(a), end_of(b));
        const std::string ref =
            bases.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
        for (const Spelling& one : {a, b}) {
            std::string alt = ref;
            alt.replace(static_cast<std::size_t>(one.position - start), one.ref.size(), one.alt);
            ASSERT_EQ(change_of(reference, {start, ref, alt}), change_of(reference, one));
        }
    }
}

/// The VCF spelling of a change as bcftools norm writes it: indels get the base in front, or the
/// one behind at the contig start.
Spelling vcf_spelling(const std::string& bases, const Change& change) {
    Spelling spelling{change.start, change.ref, change.alt};
    if (!spelling.ref.empty() && !spelling.alt.empty()) {
        return spelling;
    }
    const bool first = change.start == 0;
    const char anchor = bases[static_cast<std::size_t>(first ? change.end() : change.start - 1)];
    const std::size_t place = first ? std::string::npos : 0;
    spelling.ref.insert(first ? spelling.ref.size() : place, 1, anchor);
    spelling.alt.insert(first ? spelling.alt.size() : place, 1, anchor);
    spelling.position -= first ? 0 : 1;
    return spelling;
}

TEST(NormaliseProperty, AgreesWithBcftoolsNorm) {
    if (std::system("bcftools --version >/dev/null 2>&1 && samtools --version >/dev/null 2>&1") !=
        0) {
        GTEST_SKIP() << "bcftools or samtools is not installed";
    }
    namespace fs = std::filesystem;
    const fs::path dir = fs::path(testing::TempDir()) / "varhush_norm_test";
    fs::remove_all(dir);
    fs::create_directories(dir);
    Random random(31);
    const std::string bases = random.repetitive(3000);
    const StringReference reference = reference_of(bases);
    std::ofstream(dir / "ref.fa") << ">c\n" << bases << "\n";
    std::vector<Spelling> records;
    {
        std::ofstream vcf(dir / "in.vcf");
        vcf << "##fileformat=VCFv4.2\n##contig=<ID=c,length=3000>\n"
            << "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        for (int i = 0; i < 2000; ++i) {
            records.push_back(respell(random, bases, random_record(random, bases)));
            const Spelling& record = records.back();
            vcf << "c\t" << record.position + 1 << "\tr" << i << '\t' << record.ref << '\t'
                << record.alt << "\t.\t.\t.\n";
        }
    }
    const std::string command = "cd '" + dir.string() +
                                "' && samtools faidx ref.fa && bcftools norm -f ref.fa in.vcf "
                                "-o out.vcf 2>log.txt";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream out(dir / "out.vcf");
    std::string line;
    std::size_t compared = 0;
    while (std::getline(out, line)) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        std::istringstream fields(line);
        std::string contig, id, ref, alt;
        std::int64_t position = 0;
        fields >> contig >> position >> id >> ref >> alt;
        const Spelling& record = records.at(std::stoul(id.substr(1)));
        const Spelling ours = vcf_spelling(bases, change_of(reference, record));
        EXPECT_EQ(ours.position + 1, position) << id;
        EXPECT_EQ(ours.ref, ref) << id << " at " << position;
        EXPECT_EQ(ours.alt, alt) << id << " at " << position;
        ++compared;
    }
    EXPECT_EQ(compared, records.size());
    fs::remove_all(dir);
}

}  // namespace
}  // namespace varhush::seq
