#include "alphagenome_test_file.hpp"
#include "test_paths.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_convert.hpp"
#include "varhush/models/model_identity.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace varhush::models {
namespace {

using test::tensor;
using test::tiny_tensors;
using testing::HasSubstr;
using Tensors = std::vector<nn::NamedTensor>;

const std::string kData = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

class AlphaGenomeFileTest : public testing::Test {
  protected:
    /// The reduced model, changed, in a file.
    std::string file(const std::function<void(Tensors&)>& change,
                     const std::map<std::string, std::string>& metadata = {}) {
        Tensors tensors = tiny_tensors();
        change(tensors);
        const std::string path = folder_.path("source.safetensors");
        nn::write_safetensors(path, tensors, metadata);
        return path;
    }
    static ConvertOptions with_tracks() {
        const auto tracks = test::tiny_tracks(load_alphagenome(test::tiny_path()).config);
        ConvertOptions options;
        options.tracks = {{{tracks.to_tsv("human"), "h.tsv"}, {tracks.to_tsv("mouse"), "m.tsv"}}};
        return options;
    }
    std::string convert(const std::string& from, const ConvertOptions& options) {
        const std::string path = folder_.path("out.safetensors");
        const auto source = nn::SafeTensors::open(from);
        const AlphaGenomeConversion conversion(source, options);
        std::ofstream out(path, std::ios::binary);
        conversion.write([&](std::span<const std::byte> bytes) {
            out.write(reinterpret_cast<const char*>(bytes.data()),
                      static_cast<std::streamsize>(bytes.size()));
        });
        return path;
    }
    static void expect_refused(const std::function<void()>& act,
                               ErrorKind kind,
                               const std::string& message) {
        try {
            act();
            FAIL() << "accepted; expected: " << message;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
            EXPECT_THAT(std::string(error.what()) + " " + error.hint(), HasSubstr(message));
        }
    }
    void load_refused(const std::function<void(Tensors&)>& change, const std::string& message) {
        expect_refused([&] { (void)load_alphagenome(file(change)); }, ErrorKind::kModel, message);
    }
    test::TemporaryFolder folder_;
};

TEST_F(AlphaGenomeFileTest, APlainFileOfThePortIsReadByItsShapes) {
    const auto model = load_alphagenome(test::tiny_path());
    std::ifstream json(kData + "tiny_config.json");
    const std::string text((std::istreambuf_iterator<char>(json)), {});
    auto expected = AlphaGenomeConfig::from_json(text, "tiny");
    expected.num_splice_sites = AlphaGenomeConfig().num_splice_sites;  // no shape tells it
    EXPECT_EQ(model.config, expected);
    EXPECT_THAT(model.notice, HasSubstr("no metadata"));
    EXPECT_EQ(model.organisms[1], "mouse");
    EXPECT_EQ(model.tracks[1].tracks(OutputType::kRnaSeq).size(), 8U);
    EXPECT_EQ(model.tracks[0].tracks(OutputType::kCage)[3].name, "track 3");
    EXPECT_EQ(model.identity.sha256, model.file.sha256());
    EXPECT_EQ(model.organism_index("mouse"), 1);
    expect_refused([&] { (void)model.organism_index("rat"); }, ErrorKind::kUsage, "human or mouse");
}

TEST_F(AlphaGenomeFileTest, ConvertedFilesKeepEveryValueAndSayWhatTheyAre) {
    ConvertOptions options = with_tracks();
    options.name = "mine";
    options.terms = "for tests, \"quoted\"\n";
    const auto model = load_alphagenome(convert(test::tiny_path(), options));
    EXPECT_TRUE(model.notice.empty()) << model.notice;
    EXPECT_EQ(model.identity.id, "mine");
    EXPECT_EQ(model.identity.terms, options.terms);
    EXPECT_EQ(model.identity.sha256, model.file.header_sha256());
    EXPECT_TRUE(data_matches_hash(model.file));
    EXPECT_EQ(model.file.metadata().at("varhush.source_sha256"),
              nn::SafeTensors::open(test::tiny_path()).sha256());
    EXPECT_EQ(model.tracks[0].tracks(OutputType::kCage)[1].name, "CAGE 1");
    EXPECT_TRUE(model.tracks[0].tracks(OutputType::kCage)[5].padding());
    for (const auto& one : tiny_tensors()) {
        EXPECT_EQ(model.file.read_f32(one.name, one.shape), one.values) << one.name;
    }
}

TEST_F(AlphaGenomeFileTest, DamagedDataIsSeenByItsHash) {
    const std::string path = convert(test::tiny_path(), with_tracks());
    const std::string before = load_alphagenome(path).identity.sha256;
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(-5, std::ios::end)
        .put('x');
    const auto model = load_alphagenome(path);
    EXPECT_EQ(model.identity.sha256, before);
    EXPECT_FALSE(data_matches_hash(model.file));
}

TEST_F(AlphaGenomeFileTest, HeadsCanBeLeftOut) {
    ConvertOptions options = with_tracks();
    options.heads = {OutputType::kCage, OutputType::kSpliceSites};
    const auto model = load_alphagenome(convert(test::tiny_path(), options));
    EXPECT_FALSE(model.config.has(OutputType::kAtac));
    EXPECT_EQ(model.config.channels(OutputType::kCage), 6);
    EXPECT_TRUE(model.tracks[0].tracks(OutputType::kAtac).empty());
    EXPECT_EQ(model.file.entries().size(), alphagenome_layout(model.config).size());
    options.heads = {OutputType::kAtac};
    const std::string reduced = folder_.path("reduced.safetensors");
    std::filesystem::rename(folder_.path("out.safetensors"), reduced);
    expect_refused([&] { (void)convert(reduced, options); }, ErrorKind::kUsage, "no head for ATAC");
}

TEST_F(AlphaGenomeFileTest, HalfTypesRoundMatricesOnly) {
    ConvertOptions options = with_tracks();
    options.dtype = "BF16";
    const auto model = load_alphagenome(convert(test::tiny_path(), options));
    const auto& entries = model.file.entries();
    EXPECT_EQ(entries.at("heads.atac.convs.1.weight").dtype, "BF16");
    EXPECT_EQ(entries.at("heads.atac.convs.1.bias").dtype, "F32");
    EXPECT_EQ(entries.at("heads.atac.track_means").dtype, "F32");
    EXPECT_EQ(entries.at("decoder.up_blocks.3.conv_in.norm.running_var").dtype, "F32");
    for (const auto& one : tiny_tensors()) {
        const auto values = model.file.read_f32(one.name, one.shape);
        for (std::size_t i = 0; i < values.size(); ++i) {
            ASSERT_NEAR(values[i], one.values[i], std::fabs(one.values[i]) * 0x1p-8) << one.name;
        }
    }
    options.dtype = "F16";
    const auto large =
        file([](Tensors& t) { tensor(t, "organism_embed.weight").values[5] = 7e4F; });
    expect_refused([&] { (void)convert(large, options); }, ErrorKind::kModel, "too large for f16");
}

TEST_F(AlphaGenomeFileTest, MissingTrackMeansComeFromTheTables) {
    const auto lack = [](Tensors& tensors) {
        std::erase_if(tensors, [](const auto& t) { return t.name.ends_with(".track_means"); });
    };
    const std::string old = file(lack);
    load_refused(lack, "heads.atac.track_means\" [2,5] and 6 more missing");
    expect_refused([&] { (void)convert(old, {}); }, ErrorKind::kUsage, "give --tracks-human");
    const auto model = load_alphagenome(convert(old, with_tracks()));
    const auto means = model.file.read_f32("heads.cage.track_means", {2, 6});
    EXPECT_EQ(
        means,
        (std::vector<float>{0.25, 1.25, 2.25, 3.25, 4.25, 0, 0.25, 1.25, 2.25, 3.25, 4.25, 0}));
}

TEST_F(AlphaGenomeFileTest, MeansThatTheTableLacksAreNotMadeUp) {
    const std::string old = file([](Tensors& tensors) {
        std::erase_if(tensors, [](const auto& t) { return t.name.ends_with(".track_means"); });
    });
    const auto config = load_alphagenome(test::tiny_path()).config;
    const auto without = [&](OutputType output, const std::string& organism) {
        const auto table = test::tiny_tracks(config);
        std::vector<Track> tracks(table.all().begin(), table.all().end());
        for (Track& track : tracks) {
            if (track.output == output && track.channel != 1) {
                track.nonzero_mean = std::numeric_limits<double>::quiet_NaN();
            }
        }
        return TrackTable(std::move(tracks), "t").to_tsv(organism);
    };
    ConvertOptions options = with_tracks();
    options.tracks[0].text = without(OutputType::kProcap, "human");
    expect_refused([&] { (void)convert(old, options); },
                   ErrorKind::kInput,
                   "table of human has no nonzero_mean for PROCAP 0 (PROCAP 0)");
    (void)convert(test::tiny_path(), options);  // the file's own means are taken
    options = with_tracks();
    options.tracks[1].text = without(OutputType::kDnase, "mouse");
    expect_refused([&] { (void)convert(old, options); }, ErrorKind::kInput, "DNASE 0");
    options.tracks[1].text = without(OutputType::kSpliceSiteUsage, "mouse");  // no means there
    (void)convert(old, options);
    options.tracks[1].text = without(OutputType::kProcap, "mouse");
    const auto source = nn::SafeTensors::open(old);
    EXPECT_THAT(AlphaGenomeConversion(source, options).notices(),
                testing::Contains(HasSubstr("mouse PROCAP: track means not in the table are 1")));
    const auto model = load_alphagenome(convert(old, options));
    EXPECT_EQ(model.file.read_f32("heads.procap.track_means", {2, 4}),
              (std::vector<float>{0.25, 1.25, 2.25, 3.25, 1, 1.25, 1, 1}));
    EXPECT_TRUE(std::isnan(model.tracks[1].tracks(OutputType::kProcap)[0].nonzero_mean));
}

TEST_F(AlphaGenomeFileTest, PaddedChannelsAreCountedAndNoHeadIsPaddingAltogether) {
    const auto config = load_alphagenome(test::tiny_path()).config;
    const auto without = [&](OutputType output, int from, const std::string& organism) {
        const auto table = test::tiny_tracks(config);
        std::vector<Track> tracks(table.all().begin(), table.all().end());
        std::erase_if(tracks, [&](const Track& track) {
            return track.output == output && track.channel >= from;
        });
        return TrackTable(std::move(tracks), "t").to_tsv(organism);
    };
    const auto source = nn::SafeTensors::open(test::tiny_path());
    ConvertOptions options = with_tracks();
    options.pad_tracks = true;
    EXPECT_THAT(AlphaGenomeConversion(source, options).notices(), testing::IsEmpty());
    options.tracks[0].text = without(OutputType::kChipTf, 3, "human");
    options.tracks[1].text = without(OutputType::kProcap, 0, "mouse");
    EXPECT_THAT(AlphaGenomeConversion(source, options).notices(),
                testing::ElementsAre("human CHIP_TF: 4 of 7 channels taken as padding",
                                     "mouse PROCAP: 4 of 4 channels taken as padding"));
    options.tracks[0].text = without(OutputType::kProcap, 0, "human");
    expect_refused([&] { (void)convert(test::tiny_path(), options); },
                   ErrorKind::kInput,
                   "h.tsv: no row of PROCAP for human");
}

// The generation before channel-first: transposed heads, linear layers for 1x1 convolutions.
void make_old(Tensors& tensors) {
    const auto rename = [](std::string& name, const std::string& from, const std::string& to) {
        const auto at = name.find(from);
        if (at != std::string::npos) {
            name.replace(at, from.size(), to);
        }
        return at != std::string::npos;
    };
    for (auto& one : tensors) {
        const bool head =
            one.name.starts_with("heads.") && rename(one.name, ".convs.", ".linears.");
        const bool splice =
            one.name.starts_with("splice_") && rename(one.name, ".conv.", ".linear.");
        if ((head || splice) && one.shape.size() == 3) {
            const auto before = one.values;
            const auto rows = static_cast<std::size_t>(one.shape[1]);
            const auto columns = static_cast<std::size_t>(one.shape[2]);
            for (std::size_t i = 0; i < before.size(); ++i) {
                const std::size_t g = i / (rows * columns);
                const std::size_t r = i / columns % rows;
                one.values[(g * columns + i % columns) * rows + r] = before[i];
            }
            std::swap(one.shape[1], one.shape[2]);
        }
        (void)rename(one.name, "pointwise.conv.", "pointwise.proj.");
        const bool linear = one.name.find("pointwise.proj.weight") != std::string::npos ||
                            one.name.find("project_") != std::string::npos;
        if (linear && one.shape.size() == 3) {
            one.shape.pop_back();
        }
    }
}

TEST_F(AlphaGenomeFileTest, OlderGenerationsAreBroughtUpToDate) {
    const std::string old = file(make_old);
    load_refused(make_old, "older files");
    const auto model = load_alphagenome(convert(old, with_tracks()));
    for (const auto& one : tiny_tensors()) {
        EXPECT_EQ(model.file.read_f32(one.name, one.shape), one.values) << one.name;
    }
}

TEST_F(AlphaGenomeFileTest, NanMeansOfPaddingBecomeZeroAndOtherNansAreRefused) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::string official =
        file([&](Tensors& t) { tensor(t, "heads.cage.track_means").values[5] = nan; });
    const auto model = load_alphagenome(convert(official, with_tracks()));
    EXPECT_EQ(model.file.read_f32("heads.cage.track_means", {2, 6})[5], 0);
    for (const char* name : {"heads.cage.track_means", "tower.blocks.3.mlp.fc1.weight"}) {
        const auto bad = file([&](Tensors& t) { tensor(t, name).values[4] = nan; });
        expect_refused([&] { (void)convert(bad, with_tracks()); },
                       ErrorKind::kModel,
                       std::string(name) + "\" holds nan at element 4");
    }
    const auto negative =
        file([](Tensors& t) { tensor(t, "embedder_1bp.norm.running_var").values[0] = -1; });
    expect_refused([&] { (void)convert(negative, with_tracks()); }, ErrorKind::kModel, "holds -1");
}

TEST_F(AlphaGenomeFileTest, MeansOfNamedTracksAreFinite) {
    const auto config = load_alphagenome(test::tiny_path()).config;
    const std::map<std::string, std::string> metadata{
        {"varhush.config", config.to_json()},
        {"varhush.tracks.mouse", test::tiny_tracks(config).to_tsv("mouse")}};
    const auto spoil = [&](std::size_t element) {
        return file(
            [&](Tensors& t) {
                tensor(t, "heads.cage.track_means").values[element] =
                    std::numeric_limits<float>::infinity();
            },
            metadata);
    };
    expect_refused([&] { (void)load_alphagenome(spoil(7)); },
                   ErrorKind::kModel,
                   "heads.cage.track_means\" holds inf for the mouse track 1 (CAGE 1)");
    (void)load_alphagenome(spoil(11));  // padding
    (void)load_alphagenome(spoil(1));   // human: which slots are padding is not known
}

TEST_F(AlphaGenomeFileTest, MissingMisshapenAndLeftOverTensorsAreNamed) {
    load_refused(
        [](Tensors& t) {
            std::erase_if(t, [](const auto& one) { return one.name == "embedder_pair.norm.bias"; });
        },
        "tensor \"embedder_pair.norm.bias\" [16] missing");
    load_refused(
        [](Tensors& t) {
            tensor(t, "embedder_pair.norm.bias").shape = {4, 4};
        },
        "\"embedder_pair.norm.bias\" has the shape [4,4], expected [16]");
    load_refused(
        [](Tensors& t) {
            t.push_back({"extra", {1}, {0}});
        },
        "tensor \"extra\" left over");
    load_refused([](Tensors& t) { tensor(t, "organism_embed.weight").shape = {96}; },
                 "\"organism_embed.weight\" has the shape [96], expected 2 dimensions");
    load_refused([](Tensors& t) { t.resize(3); }, "not a model that varhush knows");
    load_refused(
        [](Tensors& t) {
            std::erase_if(t, [](const auto& one) { return one.name.starts_with("tower."); });
        },
        "\"tower.blocks.0.mha.norm_q.weight\" is missing");
    expect_refused(
        [&] { (void)load_alphagenome("splice-mini"); }, ErrorKind::kModel, "splice-resnet");
    const auto wrong = AlphaGenomeConfig().to_json();
    expect_refused(
        [&] {
            (void)load_alphagenome(file([](Tensors&) {}, {{"varhush.config", wrong}}));
        },
        ErrorKind::kModel,
        "expected [");
}

TEST_F(AlphaGenomeFileTest, TablesThatDoNotFitAreRefused) {
    ConvertOptions options = with_tracks();
    const std::string whole = options.tracks[0].text;
    options.tracks[0].text = whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1);
    expect_refused([&] { (void)convert(test::tiny_path(), options); },
                   ErrorKind::kInput,
                   "h.tsv: 5 rows of SPLICE_JUNCTIONS, but the model has 6");
    options.pad_tracks = true;
    const auto model = load_alphagenome(convert(test::tiny_path(), options));
    EXPECT_TRUE(model.tracks[0].tracks(OutputType::kSpliceJunctions)[5].padding());
    options.tracks[0].text = options.tracks[1].text;
    expect_refused([&] { (void)convert(test::tiny_path(), options); },
                   ErrorKind::kInput,
                   "no row of the organism human");
    options.tracks[0].text = "organism\xFF";
    expect_refused([&] { (void)convert(test::tiny_path(), options); }, ErrorKind::kInput, "UTF-8");
    const auto metadata = std::map<std::string, std::string>{
        {"varhush.config", load_alphagenome(test::tiny_path()).config.to_json()},
        {"varhush.tracks.human",
         "organism\toutput_type\ttrack_index\tname\tstrand\n"
         "human\tATAC\t0\tx\t.\n"}};
    expect_refused([&] { (void)load_alphagenome(file([](Tensors&) {}, metadata)); },
                   ErrorKind::kModel,
                   "1 rows of ATAC, but the model has 5");
}

TEST_F(AlphaGenomeFileTest, OrganismsAreThoseOfTheModel) {
    ConvertOptions options = with_tracks();
    options.organisms = {"mouse"};
    expect_refused([&] { (void)convert(test::tiny_path(), options); },
                   ErrorKind::kUsage,
                   "tracks of human are given");
    options.tracks[0] = {};
    const auto model = load_alphagenome(convert(test::tiny_path(), options));
    EXPECT_EQ(model.organism_index("mouse"), 1);
    expect_refused(
        [&] { (void)model.organism_index("human"); }, ErrorKind::kUsage, "expected mouse");
    options.organisms = {"rat"};
    expect_refused(
        [&] { (void)convert(test::tiny_path(), options); }, ErrorKind::kUsage, "'rat' is unknown");
    expect_refused(
        [&] {
            (void)load_alphagenome(file([](Tensors&) {}, {{"varhush.organism", "human,rat"}}));
        },
        ErrorKind::kModel,
        "\"rat\" is unknown");
}

TEST(ModelArchitecture, IsStatedOrSeenFromTheTensors) {
    EXPECT_EQ(model_architecture(nn::SafeTensors::open(test::tiny_path())), "alphagenome");
    test::TemporaryFolder folder;
    nn::write_safetensors(folder.path("x"), {{"w", {1}, {1}}}, {});
    EXPECT_EQ(model_architecture(nn::SafeTensors::open(folder.path("x"))), "");
    nn::write_safetensors(folder.path("x"), {}, {{"varhush.architecture", "new"}});
    EXPECT_EQ(model_architecture(nn::SafeTensors::open(folder.path("x"))), "new");
}

}  // namespace
}  // namespace varhush::models
