#include "polya_report.hpp"

#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/scoring/cleavage_scorer.hpp"
#include "varhush/train/metrics.hpp"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace varhush::train {

namespace {

constexpr int kSubstitutions = 40;  // a 3' end
constexpr int kIndels = 20;
constexpr int kAnywhere = 2000;
constexpr int kRounds = 1000;
constexpr std::size_t kFewest = 3;  // 3' ends; fewer have no correlation to speak of

// Scores of both networks, by 3' end: resamples draw ends, not variants.
struct Compared {
    std::vector<std::vector<double>> teacher, student;

    void add(std::vector<double> from_teacher, std::vector<double> from_student) {
        teacher.push_back(std::move(from_teacher));
        student.push_back(std::move(from_student));
    }
    [[nodiscard]] std::size_t size() const {
        std::size_t count = 0;
        for (const auto& one : teacher) {
            count += one.size();
        }
        return count;
    }
};

using Correlation = double (*)(std::span<const double>, std::span<const double>);

std::string figure(const Compared& compared, Correlation correlation, std::uint64_t seed) {
    const auto of = [&](std::span<const std::size_t> units) {
        std::vector<double> x;
        std::vector<double> y;
        for (const std::size_t unit : units) {
            x.insert(x.end(), compared.teacher[unit].begin(), compared.teacher[unit].end());
            y.insert(y.end(), compared.student[unit].begin(), compared.student[unit].end());
        }
        return correlation(x, y);
    };
    if (compared.teacher.size() < kFewest) {
        return "\t.\t.\t.";
    }
    std::vector<std::size_t> all(compared.teacher.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    const Interval interval = bootstrap(all.size(), kRounds, seed, of);
    std::ostringstream text;
    text << std::fixed << std::setprecision(4) << '\t' << of(all) << '\t' << interval.low << '\t'
         << interval.high;
    return text.str();
}

double root_mean_square_error(const Compared& compared) {
    double sum = 0;
    for (std::size_t unit = 0; unit < compared.teacher.size(); ++unit) {
        for (std::size_t i = 0; i < compared.teacher[unit].size(); ++i) {
            const double error = compared.student[unit][i] - compared.teacher[unit][i];
            sum += error * error;
        }
    }
    return std::sqrt(sum / static_cast<double>(compared.size()));
}

void write_rows(const std::string& set,
                const Compared& compared,
                std::uint64_t seed,
                io::OutputFile& out) {
    const std::string count = "\t" + std::to_string(compared.size());
    out.write(set + "\tpearson" + figure(compared, core::pearson_correlation, seed) + count + "\n");
    out.write(set + "\tspearman" + figure(compared, core::spearman_correlation, seed) + count +
              "\n");
    std::ostringstream error;
    error << set << "\troot_mean_square_error\t" << std::fixed << std::setprecision(4)
          << root_mean_square_error(compared) << "\t.\t." << count << '\n';
    out.write(error.str());
}

Compared compare_sites(PolyaTeacher& student,
                       PolyaTeacher& teacher,
                       const PolyaWindows& windows,
                       const std::vector<PolyaSite>& sites) {
    std::vector<std::vector<std::uint8_t>> framed;
    for (const PolyaSite& site : sites) {
        framed.push_back(windows.window_at(site));
    }
    const auto theirs = teacher.narrow_odds(framed);
    const auto ours = student.narrow_odds(framed);
    Compared compared;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        compared.add({theirs[i]}, {ours[i]});
    }
    return compared;
}

char other_base(char base, Random& random) {
    constexpr std::string_view kBases = "ACGT";
    return kBases[(kBases.find(base) + 1 + static_cast<std::size_t>(random.below(3))) % 4];
}

// A change somewhere in the window of a site.
scoring::VariantInput random_variant(const PolyaWindows& windows,
                                     const seq::ReferenceSource& reference,
                                     const PolyaSite& site,
                                     bool indel,
                                     Random& random) {
    const std::int64_t along = random.below(170) - 60;  // of what the hexamer's window reads
    scoring::VariantInput variant;
    variant.contig = windows.contig_of(site);
    variant.position = windows.genome_position(site) + (windows.is_minus(site) ? -along : along);
    const std::int64_t size = indel ? 1 + random.below(8) : 0;
    const bool deletion = indel && random.chance(0.5);
    variant.ref = reference.fetch(
        variant.contig, variant.position, variant.position + 1 + (deletion ? size : 0));
    std::string alt = variant.ref.substr(0, 1);
    if (!indel) {
        alt[0] = other_base(alt[0], random);
    }
    for (std::int64_t i = 0; indel && !deletion && i < size; ++i) {
        alt += "ACGT"[random.below(4)];
    }
    variant.alts = {alt};
    return variant;
}

std::vector<double> scores_of(scoring::CleavageScorer& scorer,
                              const std::vector<scoring::VariantInput>& variants) {
    std::vector<double> scores;
    for (const auto& record : scorer.score(variants)) {
        const auto& value = record.alleles.front()[seq::Modality::kPas];
        if (record.alleles.front().status != seq::AlleleStatus::kOk || !value) {
            throw Error(ErrorKind::kInternal, "a variant of the report is not scored");
        }
        scores.push_back(*value);
    }
    return scores;
}

Compared compare_variants(PolyaTeacher& student,
                          PolyaTeacher& teacher,
                          const PolyaWindows& windows,
                          const seq::ReferenceSource& reference,
                          bool indels,
                          Random& random) {
    scoring::CleavageScorer theirs(teacher.shared(), reference, nullptr, {}, 1);
    scoring::CleavageScorer ours(student.shared(), reference, nullptr, {}, 1);
    Compared compared;
    for (const PolyaSite& site : windows.of_ends(PolyaPart::kTest)) {
        std::vector<scoring::VariantInput> variants;
        for (int i = 0; i < (indels ? kIndels : kSubstitutions); ++i) {
            variants.push_back(random_variant(windows, reference, site, indels, random));
        }
        compared.add(scores_of(theirs, variants), scores_of(ours, variants));
    }
    return compared;
}

}  // namespace

void check_test_ends(const PolyaWindows& windows) {
    if (windows.of_ends(PolyaPart::kTest).empty()) {
        throw Error(ErrorKind::kInput,
                    "nothing to report on: no 3' end of the test regions has a hexamer before it");
    }
}

void report_polya(PolyaTeacher& student,
                  PolyaTeacher& teacher,
                  const PolyaWindows& windows,
                  const seq::ReferenceSource& reference,
                  std::uint64_t seed,
                  const std::string& path) {
    check_test_ends(windows);
    const auto& ends = windows.of_ends(PolyaPart::kTest);
    Random random(seed);
    std::vector<PolyaSite> anywhere;
    while (anywhere.size() < kAnywhere) {
        anywhere.push_back(windows.anywhere(PolyaPart::kTest, random));
    }
    io::OutputFile out(path, io::packing_for(path));
    out.write("set\tmeasure\tvalue\tlow\thigh\tcount\n");
    write_rows("ends", compare_sites(student, teacher, windows, ends), seed, out);
    write_rows("hexamers_anywhere", compare_sites(student, teacher, windows, anywhere), seed, out);
    write_rows("substitutions",
               compare_variants(student, teacher, windows, reference, false, random),
               seed,
               out);
    write_rows(
        "indels", compare_variants(student, teacher, windows, reference, true, random), seed, out);
    out.write("ends_without_hexamer\tcount\t" +
              std::to_string(windows.ends_without(PolyaPart::kTest)) + "\t.\t.\t.\n");
    out.close();
}

}  // namespace varhush::train
