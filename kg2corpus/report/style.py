"""The style sheet of the HTML page: light, with system fonts, readable when printed."""

STYLE = """\
:root{--ink:#1f2933;--soft:#52606d;--line:#e4e7eb;--blue:#0072b2;--paper:#fff;color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#f5f7fa;color:var(--ink);font:16px/1.6 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1020px;margin:0 auto;padding:40px 24px 80px}
.brand{margin:0;color:var(--blue);font-weight:600;letter-spacing:.02em}
h1{margin:.1em 0 .3em;font-size:2.1rem;line-height:1.2;letter-spacing:-.015em}
h2{margin:0 0 .6em;font-size:1.3rem;letter-spacing:-.01em}
h3{margin:0 0 .5em;font-size:1rem}
small,.note{color:var(--soft);font-size:.86rem;font-weight:400}
.lead{margin:0 0 24px;max-width:46em;font-size:1.12rem}
.banner{display:flex;gap:14px;align-items:baseline;margin:0 0 24px;padding:12px 18px;
  background:#fff4e5;border-left:5px solid #d55e00;border-radius:6px}
.banner strong{letter-spacing:.06em;color:#9a3d00}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:14px;margin:0 0 24px}
.figures div,section{background:var(--paper);border:1px solid var(--line);border-radius:10px}
.figures div{padding:14px 18px;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--soft);font-size:.86rem}
.figures dd{margin:0;font-size:1.5rem;font-weight:650;letter-spacing:-.01em}
section{margin:0 0 24px;padding:24px 28px}
figure{margin:0;overflow-x:auto}
figure svg{max-width:100%;height:auto;display:block}
.key{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;color:var(--soft);font-size:.86rem;margin:0 0 10px}
.dot{width:13px;height:13px;border-radius:50%;border:2px solid #8c939d;background:#fff}
.dot.after{border-color:var(--blue);background:var(--blue)}
.key .dot:not(:first-child),.key .band,.key .tick{margin-inline-start:14px}
.band{width:30px;height:8px;border-radius:4px;background:#c7dfee}
.tick{width:2px;height:16px;background:#d55e00}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{padding:8px 12px;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600;font-size:.82rem;white-space:nowrap}
tbody th{font-weight:600;white-space:nowrap}
th small{display:block;font-size:.78rem}
td small{font-size:.8rem}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
.strong{font-weight:650}
.bar{position:relative;display:block;width:220px;height:12px;margin-top:6px;background:#eef1f5;border-radius:6px}
.bar i{position:absolute;inset:0 auto 0 0;background:var(--blue);opacity:.75;border-radius:6px}
.bar b{position:absolute;top:-3px;width:2px;height:18px;background:var(--ink)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
article{padding:16px 0;border-top:1px solid var(--line)}
article small{margin-inline-start:8px}
.text{margin:0 0 10px;white-space:pre-line;font:1.06rem/1.75 Georgia,"Times New Roman",serif}
mark{padding:1px 3px;border-radius:3px;color:inherit;-webkit-box-decoration-break:clone;box-decoration-break:clone}
mark.stated{background:#dcecf7}
mark.asked{background:#fdebc8}
mark.implied{background:#d9f1e8}
mark sup{margin-inline-start:2px;color:var(--soft);font:600 .62em system-ui,sans-serif}
ol{margin:0;padding-inline-start:1.6em;font-size:.88rem}
code,pre{font:.82rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
.at{color:var(--blue)}
pre{overflow-x:auto;padding:14px;background:#f5f7fa;border-radius:8px;line-height:1.5}
summary{cursor:pointer;font-weight:600;padding:6px 0}
@media print{body{background:#fff}section{break-inside:avoid}}
"""
