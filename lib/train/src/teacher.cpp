#include "varhush/train/teacher.hpp"

#include "fingerprint.hpp"
#include "label_file.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <sstream>
#include <string_view>

namespace varhush::train {
namespace {

// A position the teacher gives at least this much draws mutations near it.
constexpr float kHotProbability = 0.1F;

/// The teacher runs on the native evaluator: no LibTorch, and 1.5 times its speed here.
class Teacher {
  public:
    Teacher(const std::string& path, int threads)
        : network_(std::make_shared<models::SpliceNetwork>(nn::SafeTensors::open(path))),
          evaluator_(models::make_native_evaluator(network_, threads)) {
        if (network_->config().head != models::SpliceHead::kSoftmax3) {
            throw Error(ErrorKind::kModel, path + ": expected the head softmax3");
        }
        if (flank() < kTileFlank) {
            throw Error(ErrorKind::kModel,
                        path + ": a teacher needs a context of at least " +
                            std::to_string(2 * kTileFlank) + " bases");
        }
    }
    [[nodiscard]] const std::string& sha256() const { return network_->identity().sha256; }
    [[nodiscard]] std::int64_t flank() const { return network_->config().half_context(); }

    /// Fills labels of a tile from `bases`, which has flank() more letters on each side.
    void label(const std::string& bases, Tile& tile) {
        models::SpliceTile input;
        for (const char base : bases) {
            input.codes.push_back(
                static_cast<std::uint8_t>(std::min<std::size_t>(kLetters.find(base), 4)));
        }
        models::SpliceQuery query;
        query.ref_outputs = {flank(), static_cast<std::int64_t>(bases.size()) - flank()};
        query.edit.start = flank();
        query.alt_outputs = {flank(), flank()};
        const auto result = evaluator_->evaluate(input, {&query, 1});
        const auto& p = result.at(0).ref;
        tile.acceptor.clear();
        tile.donor.clear();
        for (std::size_t i = 0; i + 2 < p.size(); i += 3) {
            tile.acceptor.push_back(p[i + 1]);
            tile.donor.push_back(p[i + 2]);
        }
        const auto cut = static_cast<std::size_t>(flank() - kTileFlank);
        tile.bases = bases.substr(cut, bases.size() - 2 * cut);
    }

  private:
    static constexpr std::string_view kLetters = "ACGT";
    std::shared_ptr<const models::SpliceNetwork> network_;
    std::unique_ptr<models::SpliceEvaluator> evaluator_;
};

std::vector<std::int64_t> hot_positions(const Tile& tile, std::int64_t flank) {
    std::vector<std::int64_t> hot;
    for (std::size_t i = 0; i < tile.acceptor.size(); ++i) {
        if (tile.acceptor[i] + tile.donor[i] > kHotProbability) {
            hot.push_back(static_cast<std::int64_t>(i) + flank);
        }
    }
    return hot;
}

Tile mutated(Teacher& teacher,
             const Tile& original,
             const std::string& bases,
             const MutationPlan& plan,
             Random& random) {
    // Changes also fall outside the tile, so that its ends see them in their context.
    constexpr std::int64_t kBeyond = 300;
    const std::int64_t flank = teacher.flank();
    const auto size = static_cast<std::int64_t>(bases.size());
    const auto changes = draw_changes(bases,
                                      flank - kBeyond,
                                      size - flank + kBeyond,
                                      hot_positions(original, flank),
                                      plan,
                                      random);
    const Changed changed = apply_changes(bases, changes);
    Tile tile;
    tile.spec = original.spec;
    tile.same_coordinates = changed.bases.size() == bases.size();
    teacher.label(changed.bases, tile);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        tile.same_coordinates =
            tile.same_coordinates &&
            changes[i].removed == static_cast<std::int64_t>(changes[i].inserted.size());
        tile.mutations.push_back(changed.indices[i] - flank);
    }
    return tile;
}

void label_one(Teacher& teacher,
               const seq::ReferenceSource& reference,
               const SpliceAnnotation& annotation,
               const TileSpec& spec,
               const TeacherOptions& options,
               Random& random,
               std::vector<Tile>& out) {
    const std::string bases = oriented_bases(reference, spec, teacher.flank());
    Tile tile;
    tile.spec = spec;
    teacher.label(bases, tile);
    tile.sites = oriented_sites(annotation, spec);
    MutationPlan plan = options.mutations;
    plan.substitutions_only = spec.validation;
    std::vector<Tile> copies;
    for (int i = 0; i < options.mutated_copies; ++i) {
        Tile copy = mutated(teacher, tile, bases, plan, random);
        if (!copy.mutations.empty()) {  // all N, or nothing drawn: the tile once more
            copies.push_back(std::move(copy));
        }
    }
    out.push_back(std::move(tile));
    std::move(copies.begin(), copies.end(), std::back_inserter(out));
}

std::string file_name(const TeacherOptions& options, std::size_t number) {
    char name[64];
    std::snprintf(name, sizeof name, "tiles-%05zu.safetensors", number);
    return (std::filesystem::path(options.folder) / name).string();
}

/// What all files of a folder have in common: teacher, options, and the tiles with their bases and
/// sites (which the exclusions, the reference and the annotation give). Shards do not matter.
std::string digest_of(const Teacher& teacher,
                      const seq::ReferenceSource& reference,
                      const SpliceAnnotation& annotation,
                      const std::vector<TileSpec>& tiles,
                      const TeacherOptions& options) {
    Fingerprint planned;
    for (const auto& spec : tiles) {
        planned.add(spec);
        planned.add(std::string_view(oriented_bases(reference, spec, teacher.flank())));
        planned.add(oriented_sites(annotation, spec));
    }
    const auto& plan = options.mutations;
    std::ostringstream out;
    out.precision(std::numeric_limits<double>::max_digits10);
    out << "teacher " << teacher.sha256() << " copies " << options.mutated_copies << " seed "
        << options.seed << " tiles a file " << options.tiles_a_file << " mutations "
        << plan.background_bp << ' ' << plan.site_share << ' ' << plan.indel_share << ' '
        << plan.shuffle_share << ' ' << plan.substitutions_only << " tiles " << tiles.size() << ' '
        << planned.take();
    return out.str();
}

/// Files that are there already are kept, so they must be of this run.
void check_existing(const std::string& folder, const std::string& digest) {
    for (const auto& path : find_label_files(folder)) {
        const std::string found = read_label_digest(path);
        if (found != digest) {
            throw Error(ErrorKind::kResume,
                        path + ": made with other options; found " + found + ", expected " + digest,
                        "give the same options, or another folder");
        }
    }
}

}  // namespace

void make_labels(const seq::ReferenceSource& reference,
                 const SpliceAnnotation& annotation,
                 const std::vector<TileSpec>& tiles,
                 const TeacherOptions& options,
                 const std::function<bool()>& stop) {
    VARHUSH_CHECK(options.shards > 0 && options.tiles_a_file > 0);
    Teacher teacher(options.model, options.threads);
    const std::string digest = digest_of(teacher, reference, annotation, tiles, options);
    check_existing(options.folder, digest);
    std::filesystem::create_directories(options.folder);
    const auto step = static_cast<std::size_t>(options.tiles_a_file);
    for (std::size_t number = 0; number * step < tiles.size() && !stop(); ++number) {
        if (number % static_cast<std::size_t>(options.shards) !=
            static_cast<std::size_t>(options.shard)) {
            continue;
        }
        const std::string path = file_name(options, number);
        if (std::filesystem::exists(path)) {
            continue;
        }
        // A file's changes depend on its number alone: any split into shards gives the same labels.
        Random random(options.seed * 1'000'003 + number);
        std::vector<Tile> labelled;
        for (std::size_t i = number * step; i < std::min((number + 1) * step, tiles.size()); ++i) {
            label_one(teacher, reference, annotation, tiles[i], options, random, labelled);
        }
        write_label_file(path, digest, labelled);
        core::log(core::LogLevel::kInfo,
                  "labelled " + std::to_string(std::min((number + 1) * step, tiles.size())) +
                      " of " + std::to_string(tiles.size()) + " tiles");
    }
}

}  // namespace varhush::train
