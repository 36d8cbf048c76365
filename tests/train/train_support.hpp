#pragma once

#include "varhush/seq/reference_source.hpp"
#include "varhush/train/random.hpp"
#include "varhush/train/splice_annotation.hpp"
#include "varhush/train/trainer.hpp"

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

namespace varhush::train::test {

/// A folder that goes away with the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "varhush_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline std::string random_bases(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::string bases;
    while (bases.size() < count) {
        bases += "ACGT"[random.below(4)];
    }
    return bases;
}

/// A contig "c" with one gene a strand. Each site stands in an unmistakable motif, so that a small
/// network learns it in a few steps: donors CAG|GTAAGT, acceptors TTTTTTCAG|GT.
struct ToyGenome {
    seq::StringReference reference;
    SpliceAnnotation annotation;

    explicit ToyGenome(std::int64_t length = 40'000) {
        std::string bases = random_bases(static_cast<std::size_t>(length), 5);
        const std::string donor = "CAGGTAAGT";       // last exon base at 2
        const std::string acceptor = "TTTTTTCAGGT";  // first exon base at 9
        auto& sites = annotation.sites["c"];
        for (std::int64_t at = 500; at + 700 < length; at += 700) {
            const auto put = [&](std::int64_t where, const std::string& motif) {
                bases.replace(static_cast<std::size_t>(where), motif.size(), motif);
            };
            put(at, acceptor);
            put(at + 200, donor);
            sites.push_back({at + 9, false, false});
            sites.push_back({at + 202, true, false});
        }
        annotation.genes["c"].push_back({"plus", 400, length - 100, false});
        reference.add("c", bases);
    }
};

inline TrainOptions tiny_options(const std::string& output) {
    TrainOptions options;
    options.shape = {{7, 7, 5, 5}, {1, 1, 1, 1}};
    options.output = output;
    options.steps = 60;
    options.batch = 4;
    options.window_bp = 300;
    options.learning_rate = 5e-3;
    options.warmup_steps = 5;
    options.ema_decay = 0.9;
    options.report_steps = 10;
    options.validate_steps = 30;
    return options;
}

}  // namespace varhush::train::test
