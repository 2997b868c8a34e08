// Through `require`, because a failure there can be caught: a static import that fails ends the application.
import './register.cjs'; // oxlint-disable-line import/no-unassigned-import -- loading it is what it is for
