/** The page's own style: light and dark, wide and narrow, on paper. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--soft:#5f6b76;--line:#dfe3e8;--card:#f7f8fa;--green:#1a7f37;--green-bg:#e6f6ea;--red:#b42318;--red-bg:#fdecea;--amber:#8a5a00;--amber-bg:#fff4db;--blue:#0b5cad;--blue-bg:#e7f1fb}
@media (prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e4e7eb;--soft:#9aa5b1;--line:#333a42;--card:#1d2126;--green:#58c97a;--green-bg:#16301f;--red:#ff8f85;--red-bg:#3a1d1b;--amber:#e8b84a;--amber-bg:#352a12;--blue:#7db7f5;--blue-bg:#17293c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:66rem;padding:1.5rem 1.25rem 3rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:1.4rem 0 .5rem}
p{margin:.4rem 0}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{margin:.35rem 0;padding:.5rem .65rem;background:var(--card);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap;line-height:1.45}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;margin:.9rem 0;font-size:.92rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
.verdict{margin:.9rem 0 0;padding:.6rem .85rem;border-radius:8px;font-weight:600;border:1px solid var(--line);background:var(--card)}
.verdict.good{background:var(--green-bg);color:var(--green);border-color:transparent}
.verdict.bad{background:var(--red-bg);color:var(--red);border-color:transparent}
.verdict.mind{background:var(--amber-bg);color:var(--amber);border-color:transparent}
.tiles{display:flex;flex-wrap:wrap;gap:.5rem;margin:.9rem 0 0;padding:0;list-style:none}
.tiles li{flex:1 1 6.2rem;padding:.45rem .7rem;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--soft);font-size:.85rem;line-height:1.3}
.tiles b{display:block;font-size:1.35rem;color:var(--fg);font-weight:650}
.tiles li.bad b{color:var(--red)}.tiles li.mind b{color:var(--amber)}.tiles li.good b{color:var(--green)}
details{border:1px solid var(--line);border-radius:8px;margin:.4rem 0;background:var(--bg)}
details>summary{padding:.42rem .7rem;cursor:pointer;list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .55rem;align-items:baseline}
summary::-webkit-details-marker{display:none}
summary::before{content:"\\25B8";color:var(--soft);flex:none}
details[open]>summary::before{content:"\\25BE"}
summary:hover{background:var(--card);border-radius:8px}
details>.in{padding:.05rem .8rem .65rem}
.groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.4rem}.groups>details{margin:0}.groups>details[open]{grid-column:1/-1}
details.group>summary{font-weight:600;background:var(--card);border-radius:8px}
details.more{border:0;margin:.2rem 0}details.more>summary{padding:.15rem 0;color:var(--soft);font-size:.88rem}details.more>.in{padding:0}
.name{font-weight:600}
.soft{color:var(--soft);font-size:.88rem}
.push{margin-left:auto}
.sign{font-weight:700;width:1em;text-align:center}
.create{color:var(--green)}.update{color:var(--amber)}.delete{color:var(--red)}
.tag{font-size:.76rem;padding:.05rem .45rem;border-radius:99px;background:var(--card);color:var(--soft);white-space:nowrap;border:1px solid var(--line)}
.tag.bad{background:var(--red-bg);color:var(--red);border-color:transparent}
.tag.mind{background:var(--amber-bg);color:var(--amber);border-color:transparent}
.tag.good{background:var(--green-bg);color:var(--green);border-color:transparent}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--soft);font-weight:500;font-size:.82rem}
td,th{padding:.22rem .6rem .22rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td{border-bottom:0}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;padding-right:.9rem}
th:first-child:not(.n){width:40%}
td.n.zero{color:var(--soft);opacity:.55}
.diff td:first-child{width:24%;min-width:7rem;max-width:50vw;overflow-wrap:break-word}
.old{color:var(--red)}.new{color:var(--green)}.arrow{color:var(--soft);padding:0 .3rem}
.diff pre{margin:0}
.trouble{border:1px solid var(--line);border-left:4px solid var(--red);border-radius:6px;padding:.5rem .8rem;margin:.5rem 0;background:var(--bg)}
.trouble.mind{border-left-color:var(--amber)}
.trouble p:first-child{font-weight:600;margin-top:0}
.trouble .hint{white-space:pre-wrap}
ul.risks{margin:.4rem 0;padding-left:1.1rem;color:var(--red)}
.lanes{display:grid;grid-template-columns:minmax(5rem,max-content) 1fr;gap:.28rem .8rem;align-items:center;font-size:.85rem}
.lane{position:relative;background:var(--card);border-radius:4px;min-height:12px;border:1px solid var(--line)}
.lane i{position:absolute;height:8px;min-width:3px;border-radius:2px;background:var(--green)}
.lane i.failed{background:var(--red)}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.78rem}
.scroll{overflow-x:auto}.scroll td:first-child{min-width:6rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem;color:var(--soft);font-size:.85rem}
@media (max-width:640px){body{padding:1rem .8rem 2rem;font-size:15px}.lanes{grid-template-columns:1fr;gap:.05rem}.lane{margin-bottom:.35rem}.push{margin-left:0}.diff td:first-child{width:30%;min-width:6rem}td.n,th.n{padding-right:.45rem}th.n{font-size:.76rem}}
@media print{body{max-width:none;padding:0;font-size:11pt}details::details-content{content-visibility:visible;block-size:auto}summary::before{content:""!important}details,.trouble{break-inside:avoid}details.group{break-inside:auto}pre,.lane,.lane i,.verdict,.tag{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
