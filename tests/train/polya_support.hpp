#pragma once

#include "aparent_test_network.hpp"
#include "train_support.hpp"
#include "varhush/train/polya_training.hpp"

#include <fstream>
#include <string>

namespace varhush::train::test {

/// A contig "c" of random bases with genes of both strands that end behind an AATAAA, and a teacher
/// of random weights.
class PolyaToy {
  public:
    static constexpr std::int64_t kLength = 60'000;
    static constexpr int kWindow = 129;
    static constexpr int kOffset = 40;

    PolyaToy() {
        std::string bases = random_bases(static_cast<std::size_t>(kLength), 11);
        std::ofstream genes(folder_.file("genes.tsv"));
        genes << "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n";
        for (std::int64_t start = 1000; start + 1500 < kLength; start += 2000) {
            const bool minus = start / 2000 % 2 == 1;
            const std::int64_t end = start + 1000;
            // Its first base is 21 bases before the end of the transcript.
            bases.replace(static_cast<std::size_t>(minus ? start + 21 - 6 : end - 21),
                          6,
                          minus ? "TTTATT" : "AATAAA");
            genes << "G" << start << "\tc\t" << (minus ? '-' : '+') << '\t' << start << '\t' << end
                  << '\t' << start << ",\t" << end << ",\n";
        }
        std::ofstream(folder_.file("c.fa")) << ">c\n" << bases << '\n';
        models::test::RandomAparent(kWindow, kOffset).save(folder_.file("teacher.safetensors"));
        reference.add("c", bases);
    }

    [[nodiscard]] PolyaConfig config() const {
        PolyaConfig config;
        config.fasta = folder_.file("c.fa");
        config.genes = folder_.file("genes.tsv");
        config.teacher = folder_.file("teacher.safetensors");
        config.train = {{"c", 0, seq::Region::kToContigEnd}};
        config.validation = {{"c", 20'000, 30'000}};
        config.test = {{"c", 40'000, 50'000}};
        config.recipe.dilations = {1, 2, 4, 1};
        config.recipe.steps = 8;
        config.recipe.batch = 4;
        config.recipe.warmup_steps = 2;
        config.recipe.report_steps = 4;
        config.recipe.validate_steps = 8;
        config.recipe.validation_pairs = 20;
        return config;
    }
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

    seq::StringReference reference;

  private:
    TemporaryFolder folder_;
};

}  // namespace varhush::train::test
