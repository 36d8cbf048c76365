#include "page_style.hpp"

#include "markup.hpp"

namespace varhush::report {

namespace {

// Colours of the page and of data, by name.
constexpr std::string_view kColours = R"css(
:root{--paper:#fff;--panel:#f5f7f9;--ink:#1c2329;--soft:#56616b;--rule:#d3dae0;--grid:#e6eaed;
--chosen:#0072b2;--chip:#dceefa;--cds:#9fb8cc;--utr:#c9d3db;--bad:#b3261e;--good:#00704f;
--common:#d55e00;--filtered:#cfd6dc;--outranked:#7fc8ae;--seed:#fff1cc;--warn:#fff6e0;
--warn-rule:#e0a800;--cds-ink:#17222b}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#14181c;--panel:#1d2329;
--ink:#e4e8ec;--soft:#a3afb9;--rule:#3a444d;--grid:#2a3239;--chosen:#5bb4ec;--chip:#173a52;
--cds:#4f6a80;--utr:#3c4a55;--bad:#ff9a90;--good:#6fd3ae;--common:#ff9448;--filtered:#46515b;
--outranked:#3d8f74;--seed:#4a3d14;--warn:#332a10;--warn-rule:#b08a1a;--cds-ink:#f0f4f7}}
)css";

// Text and tables.
constexpr std::string_view kText = R"css(*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.45;
font:15px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 24px}
h1{font-size:26px;margin:28px 0 4px;overflow-wrap:anywhere}
h2{font-size:20px;margin:36px 0 10px;padding-bottom:4px;border-bottom:2px solid var(--rule);
overflow-wrap:anywhere}
h3{font-size:16px;margin:22px 0 8px;overflow-wrap:anywhere}
h4{font-size:14px;margin:16px 0 4px}
p{margin:6px 0;max-width:80em;overflow-wrap:anywhere}
a{color:var(--chosen)}
ul{margin:4px 0;padding-left:20px}
li{overflow-wrap:anywhere}
.soft{color:var(--soft)}
.notes{background:var(--warn);border-left:4px solid var(--warn-rule);padding:8px 14px;margin:14px 0}
.facts{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
.facts div{background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:8px 14px}
.facts b{display:block;font-size:20px;font-variant-numeric:tabular-nums}
.facts span{color:var(--soft);font-size:13px}
.wide{overflow-x:auto;margin:12px 0 18px}
table{border-collapse:collapse;font-size:13.5px}
caption{text-align:left;color:var(--soft);padding:0 0 4px;font-size:13px}
th,td{padding:4px 7px;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;
font-weight:normal}
thead th{font-weight:600;border-bottom:2px solid var(--rule);vertical-align:bottom}
tbody th{font-weight:600}th a{white-space:nowrap}
td,tbody th{max-width:36em;overflow-wrap:break-word}
td code{overflow-wrap:anywhere}
td.num{white-space:nowrap}.num{text-align:right;font-variant-numeric:tabular-nums}
td.seq,pre,code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
td.seq{font-size:12.5px;max-width:none;overflow-wrap:normal;white-space:nowrap}
pre{background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:10px 12px;
overflow-x:auto;font-size:13px;line-height:1.35;margin:8px 0}
pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
pre b{background:var(--seed);font-weight:600}
pre i{color:var(--soft);font-style:normal}
.word{white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}
)css";

// Guides and figures.
constexpr std::string_view kBoxes =
    R"css(.guide{border:1px solid var(--rule);border-radius:8px;padding:4px 18px 14px;margin:18px 0}
.guide h3 small{font-weight:normal;color:var(--soft);font-size:14px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 28px}
dl{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 14px;margin:6px 0;font-size:13.5px}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
figure{margin:12px 0}
figcaption{color:var(--soft);font-size:13px;margin-top:4px}
.drawing{overflow-x:auto}
.drawing svg{width:100%;height:auto;min-width:700px;display:block}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 28px}
.pair .drawing svg{min-width:420px;max-width:560px}
.narrow .drawing svg{min-width:420px;max-width:560px}
.key{white-space:nowrap;margin-right:14px}
.key svg{width:12px;height:12px;vertical-align:-1px;margin-right:4px}
)css";

// Inside the drawings.
constexpr std::string_view kDrawings =
    R"css(svg text{fill:var(--ink);font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg .small{font-size:11px;fill:var(--soft)}
svg .lane{font-size:12px;fill:var(--ink)}
svg .part{font-size:11px;fill:var(--cds-ink)}
svg .figure-number{font-variant-numeric:tabular-nums}
.axis{stroke:var(--soft);stroke-width:1}
.grid{stroke:var(--grid);stroke-width:1}
.threshold{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 3}
.open{fill:none;stroke:var(--chosen);stroke-width:1.3;stroke-linejoin:round}
.utr{fill:var(--utr)}.cds{fill:var(--cds)}
.exon{stroke:var(--paper);stroke-width:1.5}
.region{fill:var(--common)}
.junction{stroke:var(--common);stroke-width:2.5}
.chosen{fill:var(--chosen)}
.behind{fill:var(--paper);stroke:var(--chosen);stroke-width:1.6}
.chip{fill:var(--chip);stroke:var(--chosen);stroke-width:.8}
svg .chip-text{font-size:11px;font-weight:600}
.filtered{fill:var(--filtered)}.outranked{fill:var(--outranked)}
.common{fill:var(--common)}
.rare{fill:var(--paper);stroke:var(--soft)}
.common-stem{stroke:var(--common);stroke-width:1.5}
.rare-stem{stroke:var(--soft);stroke-width:1}
.interval{stroke:var(--chosen);stroke-width:2}
.bar{fill:var(--chosen)}
.part-efficacy{fill:#0072b2}.part-specificity{fill:#56b4e9}.part-accessibility{fill:#009e73}
.part-population{fill:#e69f00}.part-isoforms{fill:#cc79a7}.part-discrimination{fill:#d55e00}
)css";

// Narrow screens and paper.
constexpr std::string_view kMedia =
    R"css(footer{color:var(--soft);font-size:13px;margin-top:36px;padding-bottom:30px}
@media (max-width:800px){.columns,.pair{grid-template-columns:minmax(0,1fr)}
main,header,footer{padding:0 12px}}
@media print{@page{margin:14mm}body{font-size:10.5pt}main,header,footer{max-width:none;padding:0}
.guide,figure,tr{break-inside:avoid}h2,h3,h4{break-after:avoid}thead{display:table-header-group}
.wide,.drawing,pre{overflow:visible}pre{white-space:pre-wrap}.drawing svg,
.pair .drawing svg,.narrow .drawing svg{min-width:0}table{font-size:8.5pt}td.seq{white-space:normal;overflow-wrap:anywhere}
th,td{padding:3px 5px}a{color:inherit;text-decoration:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace

std::string page_style() {
    std::string style;
    put(style, kColours, kText, kBoxes, kDrawings, kMedia);
    return style;
}

}  // namespace varhush::report
