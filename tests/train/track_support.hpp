#pragma once

#include "train_support.hpp"
#include "varhush/train/track_config.hpp"

#include <fstream>
#include <string>

namespace varhush::train::test {

/// A folder with a genome of one contig "c" of 40,960 bases, peaks where a motif stands, a bedGraph
/// and a configuration of them.
class TrackFolder {
  public:
    TrackFolder() {
        std::string bases = random_bases(40'960, 11);
        std::ofstream peaks(file("peaks.bed"));
        std::ofstream graph(file("signal.bedgraph"));
        for (std::size_t at = 300; at + 400 < bases.size(); at += 640) {
            bases.replace(at + 60, 12, "CCACCAGGGGGC");
            peaks << "c\t" << at << '\t' << at + 128 << "\tm\t0\t" << (at % 1280 < 640 ? '+' : '-')
                  << '\n';
            graph << "c\t" << at << '\t' << at + 100 << '\t' << 1 + at % 3 << '\n';
        }
        bases.replace(30'000, 500, std::string(500, 'N'));
        std::ofstream(file("g.fa")) << ">c\n" << bases << '\n';
        write_config(config());
    }

    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

    [[nodiscard]] static std::string config(
        const std::string& windows = R"("train": ["c:1-30720"], "validation": ["c:32769-40960"])",
        const std::string& tracks = peaks_and_signal()) {
        return R"({"fasta": ["g.fa"], "model": {"base_channels": 8, "channel_growth": 2,
            "trunk_dim": 20, "embedding_128bp_dim": 16, "embedding_1bp_dim": 8,
            "attention_heads": 2, "qk_dim": 4, "v_dim": 4, "pair_dim": 4, "seq2pair_heads": 2,
            "seq2pair_head_dim": 4, "tower_blocks": 1}, "tracks": [)" +
               tracks + R"(], "windows": {)" + windows +
               R"(, "window_bp": 2048, "shift_bp": 64}, "training": {"steps": 6, "batch": 2,
            "warmup_steps": 2, "report_steps": 2, "validate_steps": 6, "checkpoint_minutes": 60}})";
    }
    [[nodiscard]] static std::string peaks_and_signal() {
        return R"({"output": "chip_tf", "data": "peaks", "name": "m", "file": "peaks.bed"},
            {"output": "cage", "data": "signal", "name": "s", "file": "signal.bedgraph"})";
    }
    void write_config(const std::string& text) const { std::ofstream(file("config.json")) << text; }
    [[nodiscard]] TrackConfig read() const { return read_track_config(file("config.json")); }

  private:
    TemporaryFolder folder_;
};

}  // namespace varhush::train::test
