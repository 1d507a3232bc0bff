// Everything works without these files. They make the same pages quicker to use.
import "./keep.js" // before whatever counts what is filled in
import "./once.js"
import "./copy.js"
import "./select.js"
import "./wipe.js"
import "./groups.js"
import "./presets.js"
import "./narrow.js"
import "./guard.js"
import "./dialog.js"
import "./swap.js"
import "./pick.js"
import "./submits.js"
